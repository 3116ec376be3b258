"""A work list in a folder: sealed, equal in length, and taken up where it stood."""

from pathlib import Path

import msgspec
import pytest
from tests.pollbook.world import Drawn
from tests.roll.duplicates import ADJUDICATORS, SIGNERS, case, decision, head

from urna.crypto.sealing import SealingKey
from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.roll.deduplication import Verdict, sign_decision
from urna.roll.deduplication_report import PartDone
from urna.storage.worklist import WorkList

KEY = SealingKey(b"\5" * 32)
HEAD = head(key=KEY.public_hex)
NAME = "12" * 16


@pytest.fixture
def found(tmp_path: Path) -> WorkList:
    """A work list with one case."""
    begun = WorkList.begin(tmp_path / "list", HEAD)
    assert begun.add_case(NAME, case(), Drawn())
    return begun


def test_a_case_opens_with_the_case_key_and_shows_nobody_without_it(found: WorkList) -> None:
    """Neither in a file's bytes nor in its name; and only its owner may read the folder."""
    assert found.case(NAME, KEY) == case()
    for path in found.folder.rglob("*"):
        assert not path.stat().st_mode & 0o077
        if path.is_file() and path.name != "head.json":
            assert b"F1" not in path.read_bytes()
    with pytest.raises(UrnaError):
        found.case(NAME, SealingKey(b"\6" * 32))


def test_all_cases_have_one_length(found: WorkList) -> None:
    """One finger or four: the length does not say."""
    many = msgspec.structs.replace(case(other="F3"), fingers=case().fingers * 4)
    found.add_case("34" * 16, many, Drawn())
    assert len({path.stat().st_size for path in (found.folder / "cases").iterdir()}) == 1


def test_a_case_found_again_is_one_case(found: WorkList) -> None:
    """It is not written again, whatever the sealing's randomness."""
    before = {path: path.read_bytes() for path in (found.folder / "cases").iterdir()}
    assert not found.add_case(NAME, case(), Drawn("another"))
    assert before == {path: path.read_bytes() for path in (found.folder / "cases").iterdir()}


def test_decisions_stand_in_their_order_and_stop_at_three(found: WorkList) -> None:
    """Sealed like the cases."""
    documents = [sign_decision(decision(Verdict.CANNOT_TELL), ADJUDICATORS, signer) for signer in SIGNERS[:3]]
    for at, document in enumerate(documents):
        assert found.count_decisions(NAME) == at
        found.add_decision(NAME, document, Drawn(str(at)))
    assert found.decisions(NAME, KEY) == documents
    assert all(b"cannot_tell" not in path.read_bytes() for path in (found.folder / "decisions").iterdir())


def test_two_decisions_at_one_instant_do_not_overwrite_each_other(
    found: WorkList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is refused and the first stays, though both saw none before."""
    first, second = (sign_decision(decision(Verdict.SAME_PERSON), ADJUDICATORS, signer) for signer in SIGNERS[:2])
    found.add_decision(NAME, first, Drawn("first"))
    monkeypatch.setattr(WorkList, "count_decisions", lambda self, name: 0)
    with pytest.raises(OutOfOrder, match="just written"):
        found.add_decision(NAME, second, Drawn("second"))
    assert found.decisions(NAME, KEY) == [first]
    assert len(list((found.folder / "decisions").iterdir())) == 1


def test_a_search_is_taken_up_with_the_same_options_only(found: WorkList) -> None:
    """The moment at which it was begun stays; another roll is another list."""
    found.finish_part(PartDone(part=1, probes=8, comparisons=80))
    later = msgspec.structs.replace(HEAD, made_at="2020-11-02T09:00:00Z")
    resumed = WorkList.resume(found.folder, later)
    assert resumed.head == HEAD
    assert [done.part for done in resumed.parts_done()] == [1]
    with pytest.raises(OutOfOrder):
        WorkList.resume(found.folder, msgspec.structs.replace(later, searched="00" * 32))
    with pytest.raises(OutOfOrder):
        WorkList.begin(found.folder, HEAD)


def test_damage_is_named(found: WorkList, tmp_path: Path) -> None:
    """A cut, a changed, an exchanged file; an unknown name; no list."""
    path = found.folder / "cases" / f"{NAME}.case"
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(damaged)
        with pytest.raises(UrnaError):
            found.case(NAME, KEY)
    with pytest.raises(OutOfOrder):
        found.case("../head", KEY)
    with pytest.raises(Malformed):
        WorkList(tmp_path)
