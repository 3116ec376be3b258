"""Mistakes to plant in the example folder, each of another kind, each with the line where it must be found."""

from collections.abc import Mapping
from typing import NamedTuple

from urna.storage.definition_folder import example_files

Files = dict[str, bytes]


class Plant(NamedTuple):
    """One mistake: edits of lines (old to new, by file), where it must be found, and a word of what is said."""

    kind: str
    file: str
    line: str
    """How the line begins that must be named; empty for line 1."""
    said: str
    edits: tuple[tuple[str, str, str], ...]


def plant(
    kind: str, file: str, old: str, new: str, said: str, *more: tuple[str, str, str], at: str = "", found: str = ""
) -> Plant:
    """A mistake made by replacing one text of one file; an empty old text appends a line."""
    return Plant(kind, found or file, at or new.partition("\n")[0], said, ((file, old, new), *more))


TOML, TERRITORIES, PARTIES = "election.toml", "territories.csv", "parties.csv"
CANDIDATES, CARDS, STATIONS = "candidates.csv", "cards.csv", "stations.csv"

SHORT_NAMES = ("Aurora", "Marea", "Trigo", "Faro", "Puente", "Cometa", "Raíz", "Voz de los Ríos", "Selva")

PLANTS = (
    plant("closes before it opens", TOML, "closes_at = 2026-12-06T18", "closes_at = 2026-12-06T05", "closes"),
    plant("misspelled key", TOML, "time_limit_seconds", "time_limit_second", "did you mean `time_limit_seconds`"),
    plant("unknown key", TOML, "receipts = true", "color_of_ink = true", "no key `color_of_ink`"),
    plant("a share above the whole", TOML, 'audit_share = "54/100"', 'audit_share = "540/100"', "540/100"),
    plant(
        "a rounding that is none",
        TOML,
        "\nsecrecy_threshold = 10",
        '\nsecrecy_threshold = 10\naudit_rounding = "down"',
        "down",
        at="audit_rounding",
    ),
    plant("not a fraction", TOML, 'risk_limit = "5/100"', 'risk_limit = "5%"', "cannot be '5%'"),
    plant("not a number", TOML, "\nattempts = 3", '\nattempts = "three"', "`attempts`", at="attempts"),
    plant("no votes", TOML, 'per = "STATE"', 'per = "STATE"\nvotes_allowed = 0', "cannot be 0", at="votes_allowed = 0"),
    plant(
        "a language is missing",
        TOML,
        ', en = "Members by name: {territory}"',
        "",
        "language en",
        at='title = { es = "Diputados nominales',
    ),
    plant("threshold of a list", TOML, 'threshold = "3/100"', 'threshold = "5/3"', "5/3"),
    plant("too few officers", TOML, "\nthreshold = 2", "\nthreshold = 4", "4 officers", at="threshold = 4"),
    plant("too few witnesses", TOML, "witness_quorum = 1", "witness_quorum = 5", "5 witnesses"),
    plant(
        "too few guardians",
        TOML,
        "guardian_threshold = 3",
        "guardian_threshold = 6",
        "6 guardians",
        at="guardian_threshold = 6",
    ),
    plant("not a key", TOML, 'key = "4532426892ee', 'key = "not hexadecimal ee', "`key` cannot be"),
    plant(
        "one key for two",
        TOML,
        "b9ca3e9c403c8be4dbfdf6c7cfe48256159ba5c237292d6836cd0e629e3316ed",
        "eedc7648b800d299053ecd20af3b177a54db0da953cdbda36e4c6e0ae00dce8e",
        "also the key of Universidad",
        at='[[authority.witness]]\nname = "Red',
    ),
    plant(
        "unknown parent",
        TERRITORIES,
        "SAB-LL-2,CENTRE,Ambulatorio Llano Grande,SAB-LL-P",
        "SAB-LL-2,CENTRE,Ambulatorio Llano Grande,SAB-XX",
        "lies in SAB-XX",
    ),
    plant(
        "circle",
        TERRITORIES,
        "RIB-PU,MUNICIPALITY,Puerto Norte,RIB,",
        "RIB-PU,MUNICIPALITY,Puerto Norte,RIB-PU-P,",
        "in a circle: RIB-PU, RIB-PU-P",
    ),
    plant("doubled code", TERRITORIES, "", "MON-AL-2,CENTRE,Otra escuela,MON-VA-P,,", "MON-AL-2 is there twice"),
    plant("seats in words", TERRITORIES, "MON,STATE,Montelirio,LUM,2", "MON,STATE,Montelirio,LUM,dos", "“dos”"),
    plant("second root", TERRITORIES, "", "ISLA,ISLAND,La Isla,,,", "ISLA has no parent"),
    plant(
        "seats for no contest",
        TERRITORIES,
        "MON-AL-P,PARISH,La Cumbre,MON-AL,,",
        "MON-AL-P,PARISH,La Cumbre,MON-AL,3,",
        "No contest takes the seats of MON-AL-P",
    ),
    plant("misspelled column", STATIONS, "centre,circuits,", "centre,circuit,", "did you mean circuits", at="code"),
    plant("unknown column", TERRITORIES, "seats,votes_allowed", "seats,remarks", "no column “remarks”", at="code"),
    plant(
        "missing column",
        PARTIES,
        "code,name,short_name,color",
        "code,name,color",
        "short_name is missing",
        *((PARTIES, f",{short},#", ",#") for short in SHORT_NAMES),
    ),
    plant("colour", PARTIES, "#6e4b1f", "gold", "“gold”", at="SELVA"),
    plant(
        "one code, two names",
        CANDIDATES,
        "MON-1-FARO-1,Olga Xilander,REG-MON",
        "MON-1-FARO-1,Olga Otra,REG-MON",
        "is Olga Otra here",
    ),
    plant(
        "two contests",
        CANDIDATES,
        "",
        "MON-1-COMETA-1,Elena Pradomar,NOM-MON-2,COMETA,,",
        "already in NOM-MON-1",
        (CARDS, "", "NOM-MON-2,COMETA,MON-1-COMETA-1"),
    ),
    plant(
        "unknown substitute",
        CANDIDATES,
        "COMETA,,MON-2-COMETA-2S",
        "COMETA,,MON-2-COMETA-9S",
        "substitute MON-2-COMETA-9S",
        at="MON-2-COMETA-2,",
    ),
    plant(
        "substitutes in a circle",
        CANDIDATES,
        "MON-1-RAIZ-1S,Bruno Tramontel,,,,",
        "MON-1-RAIZ-1S,Bruno Tramontel,,,,MON-1-RAIZ-1",
        "a substitute of MON-1-RAIZ-1.",
        at="MON-1-RAIZ-1,",
    ),
    plant("a list jumps", CANDIDATES, "NAC,RAIZ,5,", "NAC,RAIZ,7,", "jumps from 4 to 7", at="NAC-RAIZ-5"),
    plant("a position twice", CANDIDATES, "NAC,COMETA,5,", "NAC,COMETA,4,", "position 4 twice", at="NAC-COMETA-5"),
    plant(
        "unknown contest",
        CANDIDATES,
        "NOM-SAB-1,COMETA,,SAB-1-COMETA-1S",
        "NOM-SAB1,COMETA,,SAB-1-COMETA-1S",
        "no contest NOM-SAB1",
        at="SAB-1-COMETA-1,",
    ),
    plant("unknown party on a card", CARDS, "NOM-MON-1,MAREA,", "NOM-MON-1,MARE,", "no party MARE"),
    plant(
        "stands elsewhere",
        CARDS,
        "NOM-RIB-1,TRIGO,RIB-1-AURORA-1",
        "NOM-RIB-1,TRIGO,RIB-2-AURORA-1",
        "counts for RIB-2-AURORA-1",
    ),
    plant("card twice", CARDS, "", "NOM-SAB-2,TRIGO,SAB-2-AURORA-1", "SAB-2-AURORA-1 is there twice"),
    plant("nobody's card", CARDS, "NAC,FARO,FARO", "NAC,FARO,", "counts for nobody", at="NAC,FARO,\n"),
    plant(
        "no cards",
        CARDS,
        "IND,VOZRIOS,IND-VOZRIOS-1\nIND,SELVA,IND-SELVA-1\n",
        "",
        "IND has no cards",
        at='[[contest]]\ncode = "IND"',
        found=TOML,
    ),
    plant("no electors", STATIONS, "MON-1,68,1", "MON-1,,1", "column electors is empty", at="MON-AL-1-1"),
    plant("unknown centre", STATIONS, 'mesa 1",SAB-LL-1,', 'mesa 1",SAB-LL-9,', "lies in SAB-LL-9", at="SAB-LL-1-1"),
    plant(
        "too few to be secret",
        STATIONS,
        "44 INDIGENOUS:22",
        "44 INDIGENOUS:7",
        "secrecy threshold is 10",
        at="RIB-DE-2-1",
    ),
    plant("unknown group", STATIONS, "40 INDIGENOUS:36", "40 INDIGENUS:36", "INDIGENUS", at="SAB-SE-1-1"),
    plant("no circuit", STATIONS, "MON-1,54,1", ",54,1", "no territory of the kind CIRCUIT", at="MON-AL-1-2"),
    plant("two circuits", STATIONS, "MON-1,61,1", "MON-1 MON-2,61,1", "MON-1 and MON-2", at="MON-AL-2-1"),
    plant("booths", STATIONS, "RIB-2,58,1", "RIB-2,58,12", "“12”", at="RIB-DE-1-1"),
    plant("a comma too many", STATIONS, "MON-2,47,1", "MON-2,47,1,,", "8 fields", at="MON-VA-1-2"),
)


def plant_all(plants: tuple[Plant, ...]) -> Files:
    """The example with these mistakes, and the column short_name of parties.csv missing if that is among them."""
    files = {name: data.decode() for name, data in example_files().items()}
    for each in plants:
        for file, old, new in each.edits:
            assert not old or files[file].count(old) == 1, f"{each.kind}: “{old}” is not once in {file}"
            files[file] = files[file].replace(old, new) if old else files[file] + new + "\n"
    return {name: text.encode() for name, text in files.items()}


def line_of(each: Plant, files: Mapping[str, bytes]) -> int:
    """The line, from 1, that the plant's finding must name."""
    text = files[each.file].decode()
    is_appended = not each.edits[0][1] and each.file == each.edits[0][0]
    return text.count("\n", 0, text.rindex(each.line) if is_appended else text.index(each.line)) + 1
