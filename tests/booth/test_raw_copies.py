"""Raw copies of the booth's medium, taken after every cast: none shows what was chosen, or in which order."""

import random
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.booth.copier import (
    Copy,
    best_separation,
    best_sorting,
    changed_sectors,
    chi_square,
    sectors_of_slot,
    slots_of,
    spellings,
    used_slots,
)
from tests.booth.power_cut import PowerCutMedium
from tests.booth.running import RunningBooth
from tests.booth.sample import CLOSING, ELECTION, ENCRYPTED, KEYS, KINDS, STATION, seeded, some_choices

from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import option_nonces, option_votes, sum_nonces
from urna.ballot.equations import read_responses
from urna.ballot.forms import EncryptedBallot, read_committed
from urna.ballot.opening import Opening, unseal_opening
from urna.ballot.shape import ballot_shape
from urna.ballot.slot import SlotCipher, SlotContent, SlotState
from urna.ballot.stored import unpack_stored
from urna.crypto import scalars
from urna.crypto.secretbox import open_box
from urna.election.definition import Election
from urna.encoding.canonical import encode
from urna.errors import OutOfOrder
from urna.station.booth import EMPTY_SLOT
from urna.storage import booth_medium
from urna.storage.ballot_box import BallotBox
from urna.storage.booth_medium import ACTIVATION, BALLOTS, ELEMENT, activation_key
from urna.storage.medium import CONSTANT_TIME_NS, DiskMedium, MemoryMedium

VOTERS = {ELECTION.identity: 150, ENCRYPTED.identity: 50}
SLOTS = 400
LIMIT = 4.5
"""Standard deviations: of the 22 numbers tried on a copy, one exceeds it by chance in 1 of 6,000 runs."""


class Copied:
    """A day of which every cast was copied."""

    def __init__(self, election: Election = ELECTION) -> None:
        chance = random.Random("raw copies")
        medium = MemoryMedium()
        self.election, self.voters = election, VOTERS[election.identity]
        self.running = RunningBooth(election, medium=medium, slots=SLOTS, entropy=seeded("raw copies"))
        self.copies: list[Copy] = [medium.copy()]
        for _ in range(self.voters):
            self.running.cast_some(1, chance)
            self.copies.append(medium.copy())
        self.box_key = self.running.element.voting_key()
        self.order = casting_order(self.copies, self.running)


def casting_order(copies: list[Copy], running: RunningBooth) -> list[int]:
    """The slots in the order of their use, from the whole sequence of copies."""
    order = []
    for before, after in pairwise(copies):
        pairs = zip(slots_of(before, running.header), slots_of(after, running.header), strict=True)
        order += [slot for slot, (old, new) in enumerate(pairs) if old != new]
    return order


@pytest.fixture(scope="module", params=KINDS)
def day(request: pytest.FixtureRequest) -> Copied:
    """One day of each kind for all tests of this file."""
    return Copied(KINDS[request.param])


def test_no_copy_holds_a_word_of_a_ballot(day: Copied) -> None:
    """No code of a contest, option or style, no ballot id and no opening, in any spelling, in any copy."""
    contests = day.election.definition.contests
    codes = [option.code for contest in contests for option in contest.options] + ["FULL", "SHORT", "cast", "void"]
    ids = [ballot.content.ballot for ballot in day.running.box.ballots()]
    papers = [encode(Opening(ballot=ids[0], selections=paper)).decode()[:40] for paper in day.running.papers]
    words = [*spellings([*codes, *ids, *papers]), *(bytes.fromhex(each) for each in ids)]
    long_enough = [word for word in words if len(word) > 4]
    for copy in (day.copies[0], day.copies[day.voters // 2], day.copies[-1]):
        secret = copy[BALLOTS][4096:] + copy[ACTIVATION]
        assert not [word for word in long_enough if word in secret]


def test_a_copy_is_random_bytes_before_and_after(day: Copied) -> None:
    """Slots and activation slot pass chi-square and do not compress, empty or full."""
    for copy in (day.copies[0], day.copies[day.voters // 2], day.copies[-1]):
        for data in (copy[BALLOTS][4096:], copy[ACTIVATION]):
            assert abs(chi_square(data)) < LIMIT
            assert len(zlib.compress(data, 9)) >= len(data)


def test_a_copy_does_not_tell_used_slots_from_free_ones(day: Copied) -> None:
    """Without the box key not even the number of ballots shows; seven numbers of body and mark are tried."""
    found, name = best_separation(day.copies[-1], day.running.header, day.order)
    assert found < LIMIT, name


def test_the_separation_finds_zeros_in_free_slots(day: Copied) -> None:
    """The same test tells used from free at once where free slots are not filled."""
    used = set(day.order)
    size = day.running.header.slot_bytes
    box = b"".join(
        body + mark if slot in used else bytes(size)
        for slot, (body, mark) in enumerate(slots_of(day.copies[-1], day.running.header))
    )
    found, _ = best_separation({BALLOTS: bytes(4096) + box}, day.running.header, day.order)
    assert found > 10


def test_no_copy_alone_can_be_sorted_by_casting(day: Copied) -> None:
    """Even told which slots are used, no sorter comes nearer to the order of casting than a blind guess."""
    assert used_slots(day.copies[-1], day.running.header, day.box_key) == sorted(day.order)
    for number in (day.voters // 2, day.voters):
        found, name = best_sorting(day.copies[number], day.running.header, day.order[:number])
        assert found < LIMIT, name


def test_a_box_that_appends_is_sorted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sorters recover the whole order where each attempt takes the next slot instead of a random one."""
    monkeypatch.setattr(BallotBox, "draw", lambda self, chance: self._free.pop(0))
    appended = Copied()
    found, name = best_sorting(appended.copies[-1], appended.running.header, appended.order)
    assert name == "the slot's place"
    assert found > 10


def test_the_whole_sequence_of_copies_shows_only_which_slot_was_written(day: Copied) -> None:
    """From one cast to the next: all sectors of one slot and all of the activation slot, whatever was chosen."""
    for (before, after), slot in zip(pairwise(day.copies), day.order, strict=True):
        changed = changed_sectors(before, after)
        assert changed == {BALLOTS: sectors_of_slot(day.running.header, slot), ACTIVATION: [0, 1, 2, 3]}


def test_slots_are_taken_all_over_the_box(day: Copied) -> None:
    """The order of use is a random one: no slot twice, and no trend."""
    assert len(set(day.order)) == day.voters
    found, _ = best_sorting(day.copies[0], day.running.header, day.order)
    assert found < LIMIT


def test_after_a_vote_not_even_the_keys_tell_which_slot_it_took(day: Copied) -> None:
    """With the box key, both copies of the activation slot say free, in every copy that was taken."""
    for copy in day.copies:
        for number in range(2):
            data = copy[ACTIVATION][number * 1024 : (number + 1) * 1024]
            label = f"urna/two-copies/1/{ACTIVATION}/{number}".encode()
            said = open_box(activation_key(day.box_key), data, label)
            assert said.rstrip(b"\x00")[:-1] == EMPTY_SLOT


@pytest.mark.parametrize("election", KINDS.values(), ids=KINDS)
def test_every_ballot_has_one_size(election: Election) -> None:
    """A blank vote of the short style and a full one of the long style leave openings and ciphertexts of one size."""
    running = RunningBooth(election, slots=8)
    running.cast({}, "SHORT")
    blank = next(iter(running.box.ballots())).content
    running.cast({"DEP": ("DEP-2", "DEP-3", "DEP-4"), "LIST": ("LIST-GREEN",), "REF": ("REF-YES",)})
    sizes = {(len(each.content.sealed_opening), len(each.content.ciphertext)) for each in running.box.ballots()}
    assert sizes == {(len(blank.sealed_opening), len(blank.ciphertext))}
    assert bool(blank.ciphertext) is election.is_encrypted


@pytest.mark.parametrize("election", KINDS.values(), ids=KINDS)
def test_voting_only_overwrites_in_place(election: Election) -> None:
    """From the zeroed box to the closing, nothing is made, renamed or taken away: free space keeps no former bytes."""
    chance = random.Random("in place")
    medium = PowerCutMedium(chance)
    running = RunningBooth(election, medium=medium, slots=60)
    medium.log.clear()
    running.cast_some(10, chance)
    running.restart()
    running.cast_some(10, chance)
    assert {entry.split()[0] for entry in medium.log} == {"open", "write", "sync"}


@pytest.mark.parametrize("election", KINDS.values(), ids=KINDS)
def test_the_files_show_no_time_and_no_size_of_casting(election: Election, tmp_path: Path) -> None:
    """On a disk: after every cast the same three files, the same sizes, and 1970 as their times."""
    chance = random.Random("disk")
    running = RunningBooth(election, medium=DiskMedium(tmp_path), slots=40)
    sizes = {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()}
    assert set(sizes) == {ACTIVATION, BALLOTS, ELEMENT}
    for _ in range(5):
        running.cast_some(1, chance)
        for entry in tmp_path.iterdir():
            status = entry.stat()
            assert (status.st_mtime_ns, status.st_size) == (CONSTANT_TIME_NS, sizes[entry.name])
            assert status.st_blocks * 512 >= status.st_size


class CopiedAtEveryInstant(RunningBooth):
    """A booth that is copied whenever a slip or paper comes out or a screen is shown, and whose chance is recorded."""

    def __init__(self, voters: int) -> None:
        chance, source = random.Random("instants"), seeded("instants")
        self.drawn: list[bytes] = []
        self.instants: list[Copy] = []
        self.store = MemoryMedium()

        def recorded(size: int) -> bytes:
            self.drawn.append(source(size))
            return self.drawn[-1]

        super().__init__(ENCRYPTED, self.store, recorded, slots=3 * voters)
        self.drawn.clear()
        for _ in range(voters):
            self._serve(chance)

    def happened(self, what: str) -> None:
        """A copy of every byte, now."""
        super().happened(what)
        self.instants.append(self.store.copy())

    def _serve(self, chance: random.Random) -> None:
        """A voter who casts, and one in three first spoils a paper or challenges the machine."""
        style = chance.choice(("FULL", "SHORT"))
        self.activate(style)
        first = chance.choice((self.booth.say_no, self.booth.challenge_machine, None, None, None, None))
        for act in (first, self.booth.say_yes):
            if act is not None:
                self.print_choices(some_choices(ENCRYPTED, style, chance))
                act()
            if act == first and first is not None:
                self.booth.choose_again()
        self.booth.acknowledge()

    def openings(self) -> list[Opening]:
        """What the closing key opens."""
        stored = self.box.ballots()
        return [unseal_opening(ENCRYPTED, each.content.sealed_opening, CLOSING) for each in stored]

    def contents(self, copy: Copy) -> bytes:
        """What a copy says to one who has the box key, which lies beside it in a simulated element."""
        cipher = SlotCipher(self.header, self.element.voting_key())
        found = []
        for slot, (body, mark) in enumerate(slots_of(copy, self.header)):
            if cipher.state(slot, body + mark) is not SlotState.FREE:
                content = cipher.content(slot, body)
                found.append(bytes.fromhex(content.ballot) + content.sealed_opening + content.ciphertext)
        return b"".join(found)


def secrets_of(running: CopiedAtEveryInstant) -> dict[str, list[bytes]]:
    """Every secret of a day: seeds, nonces, their sums after each ballot, and what the true branches hide behind.

    What false branches draw is published with the proofs.
    """
    found: dict[str, list[bytes]] = {"seed": [], "nonce": [], "sum of nonces": [], "true branch": []}
    forms = {each.content.ballot: each.content.ciphertext for each in running.box.ballots()}
    total: dict[int, bytes] = {}
    for opening in sorted(running.openings(), key=lambda each: running.drawn.index(bytes.fromhex(each.ballot))):
        ballot, seed = bytes.fromhex(opening.ballot), bytes.fromhex(opening.seed or "")
        assert seed in running.drawn
        context = ballot_context(KEYS, STATION, ballot_shape(ENCRYPTED, opening.selections.style))
        nonces = option_nonces(context.shape, seed, ballot)
        found["seed"].append(seed)
        found["nonce"] += nonces
        for place, nonce in enumerate(reversed(nonces)):  # both styles end with the same contests
            total[place] = scalars.add(total.get(place, scalars.ZERO), nonce)
            found["sum of nonces"].append(total[place])
        encrypted = read_committed(context, unpack_stored(ENCRYPTED, STATION, forms[opening.ballot]).committed)
        found["true branch"] += true_branches(
            context, encrypted, option_votes(context.shape, opening.selections), nonces
        )
    return found


def true_branches(
    context: BallotContext, encrypted: EncryptedBallot, votes: tuple[int, ...], nonces: tuple[bytes, ...]
) -> Iterator[bytes]:
    """What each proof hides its nonce behind: u = v + c·ξ in the branch of the votes."""
    proofs, _ = read_responses(context.shape, encrypted.responses, encrypted.challenge)
    for proof, over in zip(proofs, context.proof_sums, strict=True):
        m = sum(votes[option] for option in over)
        nonce = sum_nonces([nonces[option] for option in over])
        yield scalars.add(proof.responses[m], scalars.mul(proof.parts[m], nonce))


def test_no_instant_of_an_encrypted_day_shows_a_secret() -> None:
    """No seed, no nonce, no sum of nonces, at no instant: not even to one who has the box key."""
    running = CopiedAtEveryInstant(voters=8)
    assert {"code slip", "paper", "printed", "cast", "void", "challenged"} <= set(running.events)
    drawn = {scalars.reduce_wide(each[at : at + 64]) for each in running.drawn for at in range(0, len(each) - 63, 64)}
    assert set(secrets_of(running)["true branch"]) <= drawn
    search(running)


def test_the_search_for_secrets_finds_a_booth_that_keeps_its_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same search finds a seed that stands where the first point of the ciphertext should."""
    body = SlotCipher.body

    def leaking(self: SlotCipher, slot: int, content: SlotContent, nonce: bytes) -> bytes:
        seed = bytes.fromhex(unseal_opening(ENCRYPTED, content.sealed_opening, CLOSING).seed or "")
        return body(
            self, slot, content._replace(ciphertext=content.ciphertext[:18] + seed + content.ciphertext[50:]), nonce
        )

    monkeypatch.setattr(SlotCipher, "body", leaking)
    with pytest.raises(AssertionError, match="a seed"):
        search(CopiedAtEveryInstant(voters=4))


def search(running: CopiedAtEveryInstant) -> None:
    """Returns if no secret lies in the copies of the day, as they are or as the box key opens them.

    A written body stays as it is, so the last copy has what is in any; the activation slot is another at each instant.
    """
    seen = [*(copy[ACTIVATION] for copy in running.instants), running.instants[-1][BALLOTS]]
    seen.append(running.contents(running.instants[-1]))
    size = 16
    windows = {data[at : at + size] for data in seen for at in range(len(data) - size + 1)}
    for kind, values in secrets_of(running).items():
        assert len(values) >= len(running.papers)
        for value in values:
            spelled = (value, value[::-1], value.hex().encode())
            assert not [each for each in spelled if each[:size] in windows], f"a {kind}"


def test_after_closing_no_copy_opens_any_more(day: Copied) -> None:
    """Closing destroys the box key and every slot; what was copied before opens with nothing that is left."""
    medium = MemoryMedium()
    running = RunningBooth(medium=medium, slots=20)
    running.cast(some_choices(ELECTION, "FULL", random.Random(1)))
    before, box_key = medium.copy(), running.element.voting_key()
    running.element.begin_closing()
    running.element.sign_sheet(b"sheet")
    booth_medium.destroy(medium, running.element, running.entropy)
    after = medium.copy()
    assert all(
        old != new for old, new in zip(slots_of(before, running.header), slots_of(after, running.header), strict=True)
    )
    assert box_key.hex().encode() not in b"".join(after.values())
    assert used_slots(after, running.header, box_key) == list(range(20))
    with pytest.raises(OutOfOrder):
        running.load_element().counting_key()
