"""README.txt of a record: how to verify it. Always the same text, so a changed one shows."""

README_TEXT = """\
ESTE ES EL REGISTRO PÚBLICO DE UNA ELECCIÓN                (English below)

Con esta carpeta, y sin creer a nadie, usted puede comprobar el resultado:

    pip install urna
    urna verify ESTA-CARPETA --authority llaves.txt

llaves.txt son las llaves públicas de los funcionarios electorales, una por
línea. Consígalas de un periódico, un partido o un observador: no de aquí.
Lo mismo vale para el programa. Cada acta está en stations/, con las firmas de
las máquinas y del cuaderno; compárela con la copia en papel de su mesa.
Para que nadie le muestre a usted solo otra carpeta, guarde log/checkpoint y
compárelo con el de otros; después: urna verify CARPETA --seen SU-CHECKPOINT

THIS IS THE PUBLIC RECORD OF AN ELECTION

With this folder, and without believing anybody, you can check the result:

    pip install urna
    urna verify THIS-FOLDER --authority keys.txt

keys.txt holds the public keys of the election officers, one a line. Get them
from a newspaper, a party or an observer: not from here. The same goes for the
program. Every tally sheet is in stations/, signed by the station's machines;
compare it with the paper copy of your station. So that nobody shows you alone
another folder, keep log/checkpoint and compare it with other people's; later:
urna verify FOLDER --seen YOUR-CHECKPOINT

Each line of log/tile/entries names one file, its SHA-256 and its size.
docs/spec/record.md of urna says what every file is.
""".encode()
