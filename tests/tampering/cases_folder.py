"""Attacks on the published folder by somebody without any key: a web server, a mirror, a burglar."""

from tests.tampering.forgery import Forgery, case

from urna.record.layout import CHECKPOINT, DEFINITION, README, ROLL
from urna.words import Sentence

NOBODY = "write access to the folder, no key"

B_01 = "stations/B-01/sheet-0.note"


@case(NOBODY, 15, "B-01", "32", "31", also=(9, 13, 16, 19, 21))
def sheet_with_one_more_ballot(forgery: Forgery) -> None:
    """One number of one sheet: the booth's cast ballots."""
    forgery.replace(B_01, b'"cast":31,"challenged"', b'"cast":32,"challenged"')


@case(NOBODY, 20, "LIST-N", "SEA", also=(9, 13, 15, 19, 22))
def sheet_with_other_votes(forgery: Forgery) -> None:
    """The votes of one option of one sheet."""
    sea = forgery.folder[B_01].split(b'"option":"SEA","votes":')[1].split(b"}")[0]
    forgery.replace(B_01, b'"option":"SEA","votes":' + sea, b'"option":"SEA","votes":' + b"1" + sea[1:] + b"")


@case(NOBODY, 9, B_01, "missing", also=(16, 19, 20, 21, 22, 23))
def sheet_dropped(forgery: Forgery) -> None:
    """A station's sheet is deleted."""
    del forgery.folder[B_01]


@case(NOBODY, 12, "B-03", "B-01", also=(9, 13))
def sheet_doubled(forgery: Forgery) -> None:
    """A sheet is counted for another station, too."""
    forgery.folder["stations/B-03/sheet-0.note"] = forgery.folder[B_01]


@case(NOBODY, 13, "B-01", also=(9, 19))
def sheet_unsigned(forgery: Forgery) -> None:
    """A sheet's signature is replaced by nobody's."""
    text, _, _ = forgery.folder[B_01].rpartition(b"\n\n")
    forgery.folder[B_01] = text + "\n\n— nobody AAAAAAAA\n".encode()


@case(NOBODY, 13, "B-01", also=(9, 19, 20, 21, 22, 23))
def sheet_truncated(forgery: Forgery) -> None:
    """A download that broke off."""
    forgery.folder[B_01] = forgery.folder[B_01][:700]


@case(NOBODY, 13, "B-01", also=(9, 19, 20, 21, 22, 23))
def sheet_of_other_bytes(forgery: Forgery) -> None:
    """A picture where a sheet should be."""
    forgery.folder[B_01] = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@case(NOBODY, 13, "B-01", "canonical", also=(9, 19, 20, 21, 22, 23))
def sheet_reformatted(forgery: Forgery) -> None:
    """The same values in another spelling would have another hash."""
    forgery.replace(B_01, b'{"ballots_root":', b'{ "ballots_root":')


@case(NOBODY, 16, "stations/B-01/ballots.json", "canonical", also=(9,))
def ballots_reformatted(forgery: Forgery) -> None:
    """A ballot list with a space in it."""
    forgery.replace("stations/B-01/ballots.json", b'"ballots":[', b'"ballots": [')


@case(NOBODY, 16, "B-01", "30", "31", also=(9,))
def ballot_flipped(forgery: Forgery) -> None:
    """A cast ballot becomes a void one."""
    forgery.replace("stations/B-01/ballots.json", b'"state":"cast"', b'"state":"void"')


@case(NOBODY, 1, "notes.txt")
def foreign_file(forgery: Forgery) -> None:
    """A file that has no place in a record."""
    forgery.folder["notes.txt"] = b"hello"


@case(NOBODY, 1, "stations/A-01/extra", "symbolic link")
def symbolic_link(forgery: Forgery) -> None:
    """A link could show other things to other people."""
    forgery.strange["stations/A-01/extra"] = Sentence("a symbolic link", {})


@case(NOBODY, 1, README)
def other_instructions(forgery: Forgery) -> None:
    """README.txt names another program."""
    forgery.replace(README, b"pip install ./urna", b"pip install vrna")


@case(NOBODY, 1, "stations/B-01/zero-1.note", "4194304", also=(9, 11))
def enormous_file(forgery: Forgery) -> None:
    """A file that is longer than its kind may be is not read."""
    forgery.folder["stations/B-01/zero-1.note"] += b" " * (5 * 1024 * 1024)


@case(NOBODY, 1, ROLL, "missing", also=(9, 15, 21))
def roll_dropped(forgery: Forgery) -> None:
    """Without the roll nobody knows how many could vote."""
    del forgery.folder[ROLL]


@case(NOBODY, 2, DEFINITION)
def definition_truncated(forgery: Forgery) -> None:
    """A definition that breaks off."""
    forgery.folder[DEFINITION] = forgery.folder[DEFINITION][:1000]


@case(NOBODY, 1, DEFINITION, "missing")
def definition_dropped(forgery: Forgery) -> None:
    """Nothing says whose record this is."""
    del forgery.folder[DEFINITION]


@case(NOBODY, 2, DEFINITION, also=(4, 5, 9, 11, 12, 13, 16, 19, 23, 24))
def definition_changed(forgery: Forgery) -> None:
    """One letter of the title: it is another election, and no paper belongs to it."""
    forgery.replace(DEFINITION, b"A small election", b"A smell election")


@case(NOBODY, 7, "log/tile/entries/000.p/22", "22 leaves", "21", also=(8, 9))
def log_without_entries(forgery: Forgery) -> None:
    """The widest bundle of entries is deleted; the one before it shows an older log."""
    del forgery.folder["log/tile/entries/000.p/22"]


@case(NOBODY, 7, "log/tile/0/000.p/22")
def tile_dropped(forgery: Forgery) -> None:
    """Others could not fetch proofs."""
    del forgery.folder["log/tile/0/000.p/22"]


@case(NOBODY, 7, "log/tile/0/000.p/22")
def tile_changed(forgery: Forgery) -> None:
    """A tile that gives others a false proof."""
    tile = forgery.folder["log/tile/0/000.p/22"]
    forgery.folder["log/tile/0/000.p/22"] = bytes(32) + tile[32:]


@case(NOBODY, 7, "log/tile/0/000.p/23")
def tile_of_another_size(forgery: Forgery) -> None:
    """A tile of a log that is larger than this one."""
    forgery.folder["log/tile/0/000.p/23"] = forgery.folder["log/tile/0/000.p/22"] + bytes(32)


@case(NOBODY, 7, CHECKPOINT, "22")
def checkpoint_rolled_back(forgery: Forgery) -> None:
    """An earlier checkpoint is put in the place of the newest."""
    size = sorted(int(path.split("/")[2]) for path in forgery.folder if path.startswith("log/checkpoints/"))[0]
    forgery.folder[CHECKPOINT] = forgery.folder[f"log/checkpoints/{size}"]


@case(NOBODY, 8, "log/checkpoints/22")
def newest_checkpoint_not_kept(forgery: Forgery) -> None:
    """The history of checkpoints lacks the last one."""
    del forgery.folder["log/checkpoints/22"]


@case(NOBODY, 1, CHECKPOINT, "missing")
def checkpoint_dropped(forgery: Forgery) -> None:
    """Without a checkpoint nobody vouches for the log."""
    del forgery.folder[CHECKPOINT]


@case(NOBODY, 6, CHECKPOINT, also=(8,))
def checkpoint_with_a_line_of_nobody(forgery: Forgery) -> None:
    """A signature that nobody can check is added to the newest checkpoint."""
    forgery.folder[CHECKPOINT] += "— nobody.example AAAAAAAAAAAAAAAA\n".encode()
