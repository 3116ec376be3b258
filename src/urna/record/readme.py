"""README.txt of a record: how to verify it. Always the same text, so a changed one shows."""

from urna.encoding.canonical import digest

README_TEXT = """\
ESTE ES EL REGISTRO PÚBLICO DE UNA ELECCIÓN                (English below)

Con esta carpeta, y sin creer a nadie, usted puede comprobar el resultado:

    pip install ./urna
    urna verify ESTA-CARPETA --authority claves.txt

./urna es la carpeta con el código fuente del programa libre urna. Pídala a un
partido, un observador o una universidad en quien confíe: no la tome de aquí, ni
de un paquete que solo se llame igual.
claves.txt son las claves públicas de los funcionarios electorales, una por
línea. Consígalas de un periódico, un partido o un observador: no de aquí.
Cada acta está en stations/, con las firmas de las máquinas y del cuaderno;
compárela con la copia en papel de su mesa.
Para que nadie le muestre a usted solo otra carpeta, guarde log/checkpoint y
compárelo con el de otros; después: urna verify CARPETA --seen SU-CHECKPOINT

THIS IS THE PUBLIC RECORD OF AN ELECTION

With this folder, and without believing anybody, you can check the result:

    pip install ./urna
    urna verify THIS-FOLDER --authority keys.txt

./urna is the folder with the source code of the free program urna. Ask a party,
an observer or a university that you trust for it: take it neither from here nor
from a package that only has the same name.
keys.txt holds the public keys of the election officers, one a line. Get them
from a newspaper, a party or an observer: not from here.
Every tally sheet is in stations/, signed by the station's machines; compare it
with the paper copy of your station. So that nobody shows you alone another
folder, keep log/checkpoint and compare it with other people's; later:
urna verify FOLDER --seen YOUR-CHECKPOINT

Each line of log/tile/entries names one file, its SHA-256 and its size.
docs/spec/record.md of urna says what every file is.
""".encode()

_FORMER = frozenset({"4c3b175822e23b9e4867230613b7c635d640ac524bb8ccbe64e1e1c7624445af"})
"""SHA-256 of texts of former versions of urna; what was published with one of them stays as it is."""


def is_former(data: bytes) -> bool:
    """Whether a former version wrote these bytes."""
    return digest(data) in _FORMER
