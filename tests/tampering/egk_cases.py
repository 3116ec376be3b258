"""Attacks on records in egk-ec's layout: what is done, what the attacker holds, and exactly which conditions break.

`5.D` is condition D of box 5 of the specification 2.0.0; S1 to S8 are the checks that the boxes forget.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tests.tampering.egk_record import (
    BALLOTS,
    CHAIN,
    CHAINED,
    HUGE,
    OPENINGS,
    OWN_BALLOTS,
    Device,
    Tampered,
    close_chain,
    cut_chain,
    cut_record,
    flipped,
    holder,
    negated,
    octets,
    own_record,
    put_ballot,
    read_pair,
    reseal,
    rogue_guardian,
    text,
    trustee_secrets,
    whole_record,
)

from urna.interop.electionguard.egk_writing import OpenedContest, write_decrypted
from urna.interop.electionguard.hashing import scalar
from urna.interop.electionguard.integers import GENERATOR, PRIME, integer_group
from urna.interop.electionguard.v2_0_0 import election_base_hash, extended_base_hash, manifest_hash

CONSTANTS = "constants.json"
CONFIG = "election_config.json"
INITIALIZED = "election_initialized.json"
MANIFEST = "manifest.json"
SUMS = "encrypted_tally.json"
TALLY = "tally.json"

ID4 = BALLOTS.format("id-4")
"""A cast ballot of BallotStyle3: contests 1, 5, 11, 12, 16, 18."""
ID10 = BALLOTS.format("id-10")
OPENED10 = OPENINGS.format("id-10")
OPENED11 = OPENINGS.format("id-11")

WRONG_SUM = ("8.A", "8.B", "9.B")
"""The tally is that of other ballots."""

FOLDER = "the folder"
DEVICE = "a voting device"
GUARDIANS = "all guardians"
EVERYTHING = "a voting device and all guardians"

Tamper = Callable[[Tampered], None]


class Case(NamedTuple):
    """One attack: its record, what the attacker holds, what is done, and the conditions that break."""

    name: str
    record: Callable[[], dict[str, bytes]]
    powers: str
    tamper: Tamper
    breaks: frozenset[str]


CASES: list[Case] = []


def case(powers: str, *breaks: str, record: Callable[[], dict[str, bytes]] = cut_record) -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        CASES.append(Case(tamper.__name__, record, powers, tamper, frozenset(breaks)))
        return tamper

    return register


def changes(
    name: str,
    path: str,
    *steps: str | int,
    to: Any,
    breaks: Iterable[str],
    powers: str = FOLDER,
    record: Callable[[], dict[str, bytes]] = cut_record,
) -> None:
    """Registers an attack that changes one value; `to` is the new one, or computes it from the old one."""

    def tamper(forged: Tampered) -> None:
        value = forged.read(path)
        for step in steps:
            value = value[step]
        forged.change(path, *steps, to=to(value) if callable(to) else to)

    CASES.append(Case(name, record, powers, tamper, frozenset(breaks)))


# Box 1 and S7: parameters and manifest

changes("another_version", CONSTANTS, "protocolVersion", to="v1.91", breaks=["1.A"])
changes("another_large_prime", CONSTANTS, "constants", "largePrime", to=f"{PRIME - 2:x}", breaks=["1.B"])
changes("another_small_prime", CONSTANTS, "constants", "smallPrime", to="fd", breaks=["1.C"])
changes("another_cofactor", CONSTANTS, "constants", "cofactor", to="2", breaks=["1.D"])
changes("another_generator", CONSTANTS, "constants", "generator", to=f"{GENERATOR**2 % PRIME:x}", breaks=["1.E"])
changes("a_constant_more", CONSTANTS, "constants", to=lambda old: {**old, "backdoor": "1"}, breaks=["S1"])
changes("another_parameter_hash", CONFIG, "parameter_base_hash", to=flipped, breaks=["1.F"])
changes("a_limit_raised", MANIFEST, "contests", 0, "votes_allowed", to=2, breaks=["1.G", "1.H", "4.A"])
changes(
    "an_option_renamed",
    MANIFEST,
    "contests",
    0,
    "ballot_selections",
    0,
    "object_id",
    to="other",
    breaks=["1.G", "1.H", "4.A"],
)
changes(
    "a_contest_twice_in_the_manifest",
    MANIFEST,
    "contests",
    1,
    "object_id",
    to="contest1",
    breaks=["1.G", "1.H", "S7"],
)
changes("an_index_0_in_the_manifest", MANIFEST, "contests", 0, "sequence_order", to=0, breaks=["1.G", "1.H", "S7"])
changes(
    "an_option_limit_above_the_contests",
    MANIFEST,
    "contests",
    0,
    "option_selection_limit",
    to=9,
    breaks=["1.G", "1.H", "S7"],
)
changes("a_lower_quorum", CONFIG, "quorum", to=1, breaks=["1.H", "4.A", "S2"])
changes("no_guardians_at_all", CONFIG, "number_of_guardians", to=0, breaks=["S1"])


@case(FOLDER, "S8", "5.D", "6.D", "7.A", "7.B", "9.B", "12.B", "14.B", "S5")
def another_manifest_with_new_hashes(forged: Tampered) -> None:
    """The manifest is changed and every base hash computed again; then no proof fits any more."""
    forged.change(MANIFEST, "contests", 0, "ballot_title", to="another question")
    with forged.edit(CONFIG) as config:
        parameter = octets(config["parameter_base_hash"])
        of_manifest = manifest_hash(parameter, forged.files[MANIFEST])
        election = election_base_hash(parameter, of_manifest, 3, 3)
        config["manifest_hash"], config["election_base_hash"] = text(of_manifest), text(election)
    with forged.edit(INITIALIZED) as initialized:
        key = integer_group().read(octets(initialized["joint_public_key"]))
        initialized["extended_base_hash"] = text(extended_base_hash(election, key))


# Boxes 2 to 4 and S2: guardians and keys


@case("a guardian", "S2")
def guardian_with_index_0(forged: Tampered) -> None:
    """Its share is P(0), the secret key itself; its proofs hold, because it made them with this index."""
    rogue_guardian(forged, 0, 0, trustee_secrets(1))


@case("a guardian", "S2")
def guardian_with_another_guardians_index(forged: Tampered) -> None:
    """Two guardians are number 2, so nobody is number 1."""
    rogue_guardian(forged, 0, 2, trustee_secrets(1))


@case(FOLDER, "S2", "3.B")
def guardian_twice(forged: Tampered) -> None:
    """A guardian stands in the place of another one."""
    with forged.edit(INITIALIZED) as initialized:
        initialized["guardians"][1] = initialized["guardians"][0]


@case(FOLDER, "S2", "3.B")
def guardian_missing(forged: Tampered) -> None:
    """Two of three guardians are listed."""
    forged.remove(INITIALIZED, "guardians", 2)


@case("a guardian", "S2")
def coefficient_missing(forged: Tampered) -> None:
    """A polynomial of lower degree: fewer than k could open a ballot."""
    rogue_guardian(forged, 0, 1, trustee_secrets(1)[:2])


@case("a guardian", "S2")
def coefficient_too_many(forged: Tampered) -> None:
    """A polynomial of higher degree: k would not be enough."""
    rogue_guardian(forged, 0, 1, [*trustee_secrets(1), 7])


@case("a guardian", "3.A")
def guardian_key_is_1(forged: Tampered) -> None:
    """A guardian takes no part in the key, with a proof that holds, and the joint key is that of the others."""
    rogue_guardian(forged, 0, 1, [0, *trustee_secrets(1)[1:]])
    with forged.edit(INITIALIZED) as initialized:
        group = integer_group()
        keys = [octets(each["coefficient_proofs"][0]["public_key"]) for each in initialized["guardians"]]
        joint = group.product(group.read(key) for key in keys)
        election = octets(forged.read(CONFIG)["election_base_hash"])
        initialized["joint_public_key"] = text(bytes(joint))
        initialized["extended_base_hash"] = text(extended_base_hash(election, joint))


@case("whoever announces the key", "3.B")
def joint_key_of_somebody(forged: Tampered) -> None:
    """The joint key is one whose secret the attacker knows, and H_E follows from it."""
    with forged.edit(INITIALIZED) as initialized:
        key = integer_group().generator ** 12345
        election = octets(forged.read(CONFIG)["election_base_hash"])
        initialized["joint_public_key"] = text(bytes(key))
        initialized["extended_base_hash"] = text(extended_base_hash(election, key))


COEFFICIENT = INITIALIZED, "guardians", 1, "coefficient_proofs", 1
changes("a_coefficient_proof_changed", *COEFFICIENT, "challenge", to=flipped, breaks=["2.C"])
changes("a_coefficient_response_changed", *COEFFICIENT, "response", to=flipped, breaks=["2.C"])
changes("a_coefficient_response_too_large", *COEFFICIENT, "response", to=HUGE, breaks=["2.B"])
changes("a_coefficient_challenge_too_large", *COEFFICIENT, "challenge", to=HUGE, breaks=["2.C"])
changes("a_coefficient_of_another_order", *COEFFICIENT, "public_key", to=negated, breaks=["2.A"])
changes("a_coefficient_beyond_p", *COEFFICIENT, "public_key", to=text(b"\xff" * 512), breaks=["2.A"])
changes("a_coefficient_0", *COEFFICIENT, "public_key", to=text(bytes(512)), breaks=["2.A"])
changes("another_extended_base_hash", INITIALIZED, "extended_base_hash", to=flipped, breaks=["4.A"])


# Box 5: selections

SELECTION = ID4, "contests", 0, "selections", 0
PROOF = *SELECTION, "proof", "proofs"
changes("a_ciphertext_of_another_order", *SELECTION, "encrypted_vote", "pad", to=negated, breaks=["5.A", *WRONG_SUM])
changes("a_ciphertext_0", *SELECTION, "encrypted_vote", "data", to=text(bytes(512)), breaks=["5.A", *WRONG_SUM])
changes("a_short_ciphertext", *SELECTION, "encrypted_vote", "pad", to=text(b"\1"), breaks=["5.A", *WRONG_SUM])
changes("a_selection_challenge_changed", *PROOF, 0, "challenge", to=flipped, breaks=["5.D"])
changes("a_selection_response_changed", *PROOF, 1, "response", to=flipped, breaks=["5.D"])
changes("a_selection_challenge_too_large", *PROOF, 0, "challenge", to=HUGE, breaks=["5.B"])
changes("a_selection_response_too_large", *PROOF, 0, "response", to=HUGE, breaks=["5.C"])
changes("a_selection_proof_with_one_branch", *PROOF, to=lambda old: old[:1], breaks=["5.D"])
changes("a_selection_proof_with_three_branches", *PROOF, to=lambda old: [*old, old[0]], breaks=["5.D"])
changes("a_selection_without_proof", *SELECTION, "proof", to=None, breaks=["5.D"])


@case(FOLDER, "5.D")
def branches_exchanged(forged: Tampered) -> None:
    """The proof's branches for 0 and 1 change places."""
    forged.swap(ID4, (*PROOF[1:], 0), (*PROOF[1:], 1))


@case(EVERYTHING, "5.D", "6.D")
def two_votes_for_one_option(forged: Tampered) -> None:
    """The device proves 0 to 2 where 0 to 1 is allowed; the guardians count it."""
    made = Device(holder()).ballot("BallotStyle3", {"contest1": [2, 0, 0]}, 2, 2)
    put_ballot(forged, ID4, made)
    forged.holder.tally_again(forged)


# Box 6: limits

LIMIT = ID4, "contests", 0, "proof", "proofs"
changes("a_limit_challenge_too_large", *LIMIT, 0, "challenge", to=HUGE, breaks=["6.B"])
changes("a_limit_response_too_large", *LIMIT, 0, "response", to=HUGE, breaks=["6.C"])
changes("a_limit_response_changed", *LIMIT, 0, "response", to=flipped, breaks=["6.D"])
changes("a_contest_without_proof", ID4, "contests", 0, "proof", to=None, breaks=["6.D"])


@case(FOLDER, "6.D")
def limit_proof_of_another_contest(forged: Tampered) -> None:
    """Two contests exchange their proofs."""
    forged.swap(ID4, ("contests", 0, "proof"), ("contests", 2, "proof"))


@case(EVERYTHING, "6.D")
def overvote(forged: Tampered) -> None:
    """Two candidates where one is allowed, with a proof of 0 to 2; code and tally follow."""
    put_ballot(forged, ID4, Device(holder()).ballot("BallotStyle3", {"contest1": [1, 1, 0]}, 1, 2))
    forged.holder.tally_again(forged)


# Check S3: contents of a ballot


@case(EVERYTHING, "S3", "7.B", *WRONG_SUM)
def contest_listed_six_times(forged: Tampered) -> None:
    """Five votes more, all proofs hold, code and tally follow: it passes egk-ec."""
    with forged.edit(ID4) as ballot:
        ballot["contests"] = [ballot["contests"][0]] * 5 + ballot["contests"]
    reseal(forged, ID4, holder().context)
    forged.holder.tally_again(forged)


@case(EVERYTHING, "S3", *WRONG_SUM)
def contest_missing(forged: Tampered) -> None:
    """A voter's contest disappears from the ballot."""
    forged.remove(ID4, "contests", 3)
    reseal(forged, ID4, holder().context)
    forged.holder.tally_again(forged)


@case(EVERYTHING, "S3", "7.B", *WRONG_SUM)
def contest_of_another_style(forged: Tampered) -> None:
    """A ballot votes in a contest that its style does not have."""
    with forged.edit(ID4) as ballot:
        ballot["contests"].insert(1, forged.read(ID10)["contests"][1])
    reseal(forged, ID4, holder().context)
    forged.holder.tally_again(forged)


@case(DEVICE, "S3", "6.D", *WRONG_SUM)
def option_missing(forged: Tampered) -> None:
    """An option nobody can choose on this ballot; the code follows."""
    forged.remove(ID4, "contests", 0, "selections", 2)
    reseal(forged, ID4, holder().context)


@case(FOLDER, "S3", *WRONG_SUM)
def contests_in_another_order(forged: Tampered) -> None:
    """The order is hashed into the code."""
    forged.swap(ID4, ("contests", 0), ("contests", 1))


@case(FOLDER, "7.A", "7.B", *WRONG_SUM)
def votes_exchanged_between_options(forged: Tampered) -> None:
    """The proofs of 2.0.0 do not name their option: only the code notices."""
    for name in ("encrypted_vote", "proof"):
        forged.swap(ID4, (*SELECTION[1:], name), ("contests", 0, "selections", 1, name))


changes("another_index_of_a_contest", ID4, "contests", 0, "sequence_order", to=7, breaks=["S3"])
changes("another_index_of_an_option", *SELECTION, "sequence_order", to=2, breaks=["S3"])
changes("an_unknown_style", ID4, "ballot_style_id", to="BallotStyle9", breaks=["S3", "7.B", *WRONG_SUM])
changes(
    "an_unknown_contest", ID4, "contests", 0, "contest_id", to="contest99", breaks=["S3", "7.B", "10.E", *WRONG_SUM]
)


# Box 7 without chains

changes("another_contest_hash", ID4, "contests", 0, "contest_hash", to=flipped, breaks=["7.A"])
changes("another_confirmation_code", ID4, "confirmation_code", to=flipped, breaks=["7.B"])
changes("other_additional_bytes", ID4, "code_baux", to="00", breaks=["7.B"])
changes("additional_bytes_in_small_letters", ID4, "code_baux", to=str.lower, breaks=["7.B"])


@case(DEVICE, "7.B")
def other_additional_bytes_with_their_code(forged: Tampered) -> None:
    """The code fits its bytes, but they are not those of the configuration."""
    forged.change(ID4, "code_baux", to="ABCD")
    reseal(forged, ID4, holder().context)


@case(GUARDIANS, "7.C")
def ballot_copied(forged: Tampered) -> None:
    """Somebody's ballot is cast a second time under another id, and counted: all its proofs hold."""
    copy = BALLOTS.format("id-99")
    forged.files[copy] = forged.files[ID4]
    forged.change(copy, "ballot_id", to="id-99")
    forged.holder.tally_again(forged)


# Check S4: every ballot cast or challenged, and listed


@case(FOLDER, "S4", *WRONG_SUM)
def ballot_removed(forged: Tampered) -> None:
    """A cast ballot disappears from the folder."""
    del forged.files[ID4]


@case(GUARDIANS, *WRONG_SUM)
def ballot_not_counted(forged: Tampered) -> None:
    """A cast ballot is there and listed, but the guardians leave it out of the sums."""
    forged.holder.tally_again(forged, left_out=["id-4"])


@case(FOLDER, "S4")
def ballot_filed_under_another_name(forged: Tampered) -> None:
    """The path names another ballot."""
    forged.files[BALLOTS.format("id-77")] = forged.files.pop(ID4)


@case(FOLDER, "S4", "7.C", *WRONG_SUM)
def ballot_filed_twice(forged: Tampered) -> None:
    """The same ballot under two paths."""
    forged.files[BALLOTS.format("id-77")] = forged.files[ID4]


changes("a_cast_ballot_called_challenged", ID4, "state", to="CHALLENGED", breaks=["S4", "S5", *WRONG_SUM])
changes("a_challenged_ballot_called_cast", ID10, "state", to="CAST", breaks=["S4", "S5", *WRONG_SUM])
changes("a_ballot_called_spoiled", ID4, "state", to="SPOILED", breaks=["S4", *WRONG_SUM])
changes("another_device", ID4, "encrypting_device", to="elsewhere", breaks=["S4"])
changes("a_ballot_listed_twice", SUMS, "cast_ballot_ids", to=lambda old: [*old, "id-4"], breaks=["S4"])
changes("a_ballot_not_listed", SUMS, "cast_ballot_ids", to=lambda old: old[1:], breaks=["S4"])
changes("a_challenged_ballot_listed", SUMS, "cast_ballot_ids", to=lambda old: [*old, "id-10"], breaks=["S4"])


# Check S8: of this election

changes("a_ballot_of_another_election", ID4, "election_id", to=flipped, breaks=["S8"])
changes("sums_of_another_election", SUMS, "election_id", to=flipped, breaks=["S8"])
changes("a_tally_of_another_election", TALLY, "election_id", to=flipped, breaks=["S8"])
changes("an_opening_of_another_election", OPENED10, "election_id", to=flipped, breaks=["S8"])


# Check S1: files

UNREADABLE = ("S1", "S4", *WRONG_SUM)


@case(FOLDER, *UNREADABLE)
def ballot_cut_off(forged: Tampered) -> None:
    """Half a file."""
    forged.files[ID4] = forged.files[ID4][:20000]


@case(FOLDER, *UNREADABLE)
def ballot_with_two_states(forged: Tampered) -> None:
    """Two readers of the file would take two values."""
    forged.files[ID4] = forged.files[ID4].replace(b'"state": "CAST"', b'"state": "CHALLENGED", "state": "CAST"')


@case(FOLDER, *UNREADABLE)
def ballot_with_an_unknown_field(forged: Tampered) -> None:
    """What no reader knows, no check minds."""
    with forged.edit(ID4) as ballot:
        ballot["note"] = "hello"


@case(FOLDER, *UNREADABLE)
def ballot_with_a_fraction(forged: Tampered) -> None:
    """An index is no fraction."""
    with forged.edit(ID4) as ballot:
        ballot["contests"][0]["sequence_order"] = 1.0


@case(FOLDER, *UNREADABLE)
def ballot_nested_deeply(forged: Tampered) -> None:
    """A reader that recurses would end."""
    forged.files[ID4] = b"[" * 200000


@case(FOLDER, *UNREADABLE)
def ballot_with_half_a_character(forged: Tampered) -> None:
    """Half a surrogate pair cannot be hashed."""
    forged.files[ID4] = forged.files[ID4].replace(b'"contest1"', rb'"\ud800"')


@case(FOLDER, "S1")
def file_more(forged: Tampered) -> None:
    """A file that has no place in a record."""
    forged.files["encrypted_ballots/runWorkflowDevice/notes.txt"] = b""


@case(FOLDER, "S1")
def sums_missing(forged: Tampered) -> None:
    """The decrypted tally without the encrypted one."""
    del forged.files[SUMS]


@case(FOLDER, "S1")
def tally_missing(forged: Tampered) -> None:
    """Openings of challenged ballots without a tally."""
    del forged.files[TALLY]


@case(FOLDER, "S1")
def guardians_missing(forged: Tampered) -> None:
    """No keys, nothing to check against."""
    del forged.files[INITIALIZED]


@case(FOLDER, "S1")
def chain_where_nothing_is_chained(forged: Tampered) -> None:
    """The configuration says that codes are not chained."""
    forged.files["encrypted_ballots/runWorkflowDevice/ballot_chain.json"] = b"{}"


changes(
    "contest_data_of_half_a_block",
    ID4,
    "contests",
    0,
    "encrypted_contest_data",
    "c1",
    to=text(bytes(40)),
    breaks=["S1"],
)


# Box 8 and S6: sums

changes(
    "another_sum", SUMS, "contests", 0, "selections", 0, "encrypted_vote", "pad", to=text(scalar(1).rjust(512, b"\0")),
    breaks=["8.A"],
)  # fmt: skip
changes(
    "another_sum_of_votes", SUMS, "contests", 0, "selections", 0, "encrypted_vote", "data", to=negated, breaks=["8.B"]
)
changes("a_contest_not_summed", SUMS, "contests", to=lambda old: old[1:], breaks=["S6"])
changes("a_contest_summed_twice", SUMS, "contests", to=lambda old: [*old, old[0]], breaks=["S6"])
changes("another_index_of_a_sum", SUMS, "contests", 0, "sequence_order", to=5, breaks=["S6"])


# Boxes 9 and 10 and S6: the tally

COUNTED = TALLY, "contests", 0, "selections", 0
changes("a_vote_more", *COUNTED, "tally", to=lambda old: old + 1, breaks=["10.A"])
changes("a_negative_tally", *COUNTED, "tally", to=-1, breaks=["10.A"])
changes("a_decryption_without_proof", *COUNTED, "proof", to=None, breaks=["9.B"])
changes("a_decryption_response_too_large", *COUNTED, "proof", "response", to=HUGE, breaks=["9.A"])
changes("a_decryption_challenge_too_large", *COUNTED, "proof", "challenge", to=HUGE, breaks=["9.B"])
changes("a_decryption_response_changed", *COUNTED, "proof", "response", to=flipped, breaks=["9.B"])
changes("a_contest_of_ballots_not_counted", TALLY, "contests", to=lambda old: old[1:], breaks=["10.E", "S6"])
changes("a_contest_of_no_ballot_not_counted", TALLY, "contests", to=lambda old: old[:3] + old[4:], breaks=["S6"])
changes("a_contest_counted_twice", TALLY, "contests", to=lambda old: [*old, old[0]], breaks=["S6"])
changes("an_option_counted_twice", TALLY, "contests", 0, "selections", to=lambda old: [*old, old[0]], breaks=["S6"])
changes("an_option_not_counted", TALLY, "contests", 0, "selections", to=lambda old: old[1:], breaks=["10.D"])


@case(FOLDER, "10.B")
def unknown_contest_counted(forged: Tampered) -> None:
    """A contest that the manifest does not have."""
    with forged.edit(TALLY) as tally:
        tally["contests"].append({**tally["contests"][0], "contest_id": "contest99"})


@case(FOLDER, "10.C")
def unknown_option_counted(forged: Tampered) -> None:
    """An option that the contest does not have."""
    with forged.edit(TALLY) as tally:
        selections = tally["contests"][0]["selections"]
        selections.append({**selections[0], "selection_id": "selection99"})


@case(FOLDER, "9.B")
def vote_more_with_its_power(forged: Tampered) -> None:
    """T and T = K^t are raised together; the proof is about another T."""
    with forged.edit(TALLY) as tally:
        selection = tally["contests"][0]["selections"][0]
        selection["tally"] += 1
        power = integer_group().read(octets(selection["b_over_m"])) * holder().context.votes_key
        selection["b_over_m"] = text(bytes(power))


@case(FOLDER, *WRONG_SUM)
def results_exchanged(forged: Tampered) -> None:
    """Two options exchange their sums and decryptions: every proof holds by itself."""
    for path in (SUMS, TALLY):
        one, other = ("contests", 0, "selections", 0), ("contests", 0, "selections", 1)
        forged.swap(path, one, other)
        forged.swap(path, (*one, "selection_id"), (*other, "selection_id"))
        if path == SUMS:
            forged.swap(path, (*one, "sequence_order"), (*other, "sequence_order"))


@case(FOLDER, "S6")
def contest_data_in_the_tally(forged: Tampered) -> None:
    """A tally has no contest data, so nothing would check it."""
    data = forged.read(OPENED10)["contests"][0]["decrypted_contest_data"]
    with forged.edit(TALLY) as tally:
        tally["contests"][0]["decrypted_contest_data"] = data


# Boxes 12 to 14 and S5: challenged ballots

OPENED = OPENED10, "contests", 0, "selections", 0
OPENED_DATA = OPENED10, "contests", 0, "decrypted_contest_data"


@case("a voting device", "S5", "12.B", "14.B")
def challenged_ballots_swapped(forged: Tampered) -> None:
    """The opening of another ballot under this ballot's name: every proof in it holds, and it passes egk-ec."""
    forged.files[OPENED10] = forged.files[OPENED11]
    forged.change(OPENED10, "id", to="id-10")


@case(FOLDER, "S5")
def opening_missing(forged: Tampered) -> None:
    """A voter challenged, and nobody shows what was in the ballot."""
    del forged.files[OPENED10]


@case(GUARDIANS, "S5")
def cast_ballot_opened(forged: Tampered) -> None:
    """The guardians publish a voter's vote, with proofs that hold."""
    group = integer_group()
    contests = [
        OpenedContest(
            contest["contest_id"],
            tuple(
                forged.holder.open(each["selection_id"], read_pair(group, each["encrypted_vote"]))
                for each in contest["selections"]
            ),
        )
        for contest in forged.read(ID4)["contests"]
    ]
    forged.files[OPENINGS.format("id-4")] = write_decrypted("id-4", contests, holder().context.base_hash, 1)


@case(FOLDER, "S5")
def opening_names_another_ballot(forged: Tampered) -> None:
    """The file's name and the id in it differ."""
    forged.change(OPENED10, "id", to="id-11")


@case(FOLDER, "S5")
def contest_not_opened(forged: Tampered) -> None:
    """One contest of the challenged ballot stays closed."""
    forged.remove(OPENED10, "contests", 2)


@case(FOLDER, "S5")
def contest_opened_twice(forged: Tampered) -> None:
    """One contest is shown twice."""
    with forged.edit(OPENED10) as opened:
        opened["contests"].append(opened["contests"][0])


@case(FOLDER, "13.D")
def unknown_contest_opened(forged: Tampered) -> None:
    """A contest that the ballot does not have."""
    with forged.edit(OPENED10) as opened:
        opened["contests"].append({**opened["contests"][0], "contest_id": "contest99"})


@case(FOLDER, "13.E")
def unknown_option_opened(forged: Tampered) -> None:
    """An option that the contest does not have."""
    with forged.edit(OPENED10) as opened:
        selections = opened["contests"][0]["selections"]
        selections.append({**selections[0], "selection_id": "selection99", "tally": 0})


changes("an_option_not_opened", OPENED10, "contests", 0, "selections", to=lambda old: old[1:], breaks=["13.F"])
changes(
    "another_vote_opened",
    OPENED10,
    "contests",
    1,
    "selections",
    0,
    "tally",
    to=lambda old: 1 - old,
    breaks=["13.A"],
)
changes("two_votes_opened", *OPENED, "tally", to=2, breaks=["13.A", "13.B", "13.C"])
changes("a_negative_vote_opened", *OPENED, "tally", to=-2, breaks=["13.A", "13.B", "13.C"])
changes("an_opening_without_proof", *OPENED, "proof", to=None, breaks=["12.B"])
changes("an_opening_response_too_large", *OPENED, "proof", "response", to=HUGE, breaks=["12.A"])
changes("an_opening_challenge_changed", *OPENED, "proof", "challenge", to=flipped, breaks=["12.B"])
changes("data_without_proof", *OPENED_DATA, "proof", to=None, breaks=["14.B"])
changes("a_data_response_too_large", *OPENED_DATA, "proof", "response", to=HUGE, breaks=["14.A"])
changes("a_data_challenge_changed", *OPENED_DATA, "proof", "challenge", to=flipped, breaks=["14.B"])
changes("data_not_opened", *OPENED_DATA, to=None, breaks=["S5"])
changes("other_data_shown", *OPENED_DATA, "contest_data", "write_ins", to=["somebody"], breaks=["S5"])
changes("a_data_factor_of_another_order", *OPENED_DATA, "beta", to=negated, breaks=["14.B"])
GENERATOR_TEXT = text(GENERATOR.to_bytes(512, "big"))
changes("another_data_factor", *OPENED_DATA, "beta", to=GENERATOR_TEXT, breaks=["14.B", "S5"])
changes("another_data_ciphertext", *OPENED_DATA, "encrypted_contest_data", "c2", to=flipped, breaks=["S5"])


@case(FOLDER, "12.B")
def another_vote_with_its_power_opened(forged: Tampered) -> None:
    """σ and S = K^σ fit each other; the proof is about another S."""
    with forged.edit(OPENED10) as opened:
        selections = opened["contests"][0]["selections"]
        chosen = next((each for each in selections if each["tally"]), selections[0])
        chosen["tally"] = 1 - chosen["tally"]
        power = holder().context.votes_key ** chosen["tally"]
        chosen["b_over_m"] = text(bytes(power))


# Box 7 with chains, over P-256

FIRST, SECOND, THIRD = "id2022713283", "id-193733846", "id-1065313432"


def chain_changes(name: str, path: str, *steps: str | int, to: Any, breaks: Iterable[str]) -> None:
    """Registers a change of the chained record."""
    changes(name, path, *steps, to=to, breaks=breaks, record=cut_chain)


chain_changes("another_closing_hash", CHAIN, "closing_hash", to=flipped, breaks=["7.G"])
chain_changes("a_chain_not_closed", CHAIN, "closing_hash", to=None, breaks=["S1"])
chain_changes("another_last_code", CHAIN, "last_confirmation_code", to=flipped, breaks=["7.F"])
chain_changes("other_bytes_of_the_device", CHAIN, "baux0", 0, to=-1, breaks=["7.D"])
chain_changes("a_chain_of_another_election", CHAIN, "election_base_hash", to=flipped, breaks=["S8"])
chain_changes("an_order_of_somebody", CHAIN, "ballot_ids", to=[SECOND, FIRST, THIRD], breaks=["7.E"])
chain_changes(
    "a_ballot_twice_in_the_chain", CHAIN, "ballot_ids", to=[FIRST, FIRST, SECOND, THIRD], breaks=["S4", "7.E"]
)
chain_changes("codes_not_chained", CONFIG, "chain_confirmation_codes", to=False, breaks=["S1", "7.B"])
CURVE_PAD = CHAINED.format(FIRST), "contests", 0, "selections", 0, "encrypted_vote", "pad"
chain_changes("a_point_at_infinity", *CURVE_PAD, to=text(b"\xff" * 33), breaks=["5.D", "6.D", "7.A", "7.B"])
chain_changes("a_point_off_the_curve", *CURVE_PAD, to=text(b"\2" + scalar(1)), breaks=["5.A"])
chain_changes("another_curve", CONSTANTS, "constants", "b", to="1", breaks=["1.B"])


@case(DEVICE, "7.E", record=cut_chain)
def ballot_taken_out_of_the_chain(forged: Tampered) -> None:
    """A ballot disappears, and the list says nothing of it."""
    del forged.files[CHAINED.format(SECOND)]
    close_chain(forged, [FIRST, THIRD])


@case(DEVICE, record=cut_chain)
def last_ballot_taken_and_the_chain_closed_again(forged: Tampered) -> None:
    """Nothing notices: who closes a chain may close it earlier. The closing hash has to be known from elsewhere."""
    del forged.files[CHAINED.format(THIRD)]
    close_chain(forged, [FIRST, SECOND])


@case(FOLDER, "S4", "7.F", "7.G", record=cut_chain)
def last_ballot_removed(forged: Tampered) -> None:
    """The list still names it."""
    del forged.files[CHAINED.format(THIRD)]


@case(FOLDER, "7.F", "7.G", record=cut_chain)
def last_ballot_removed_from_the_list(forged: Tampered) -> None:
    """The closing hash is about the ballot that is gone."""
    del forged.files[CHAINED.format(THIRD)]
    forged.change(CHAIN, "ballot_ids", to=[FIRST, SECOND])


@case(FOLDER, "S4", record=cut_chain)
def chain_missing(forged: Tampered) -> None:
    """A device without a list of its ballots."""
    del forged.files[CHAIN]


@case(FOLDER, "S4", "7.D", "7.F", "7.G", record=cut_chain)
def device_renamed(forged: Tampered) -> None:
    """The ballots lie in the folder of another device."""
    for path in [path for path in forged.files if "/device1/" in path]:
        forged.files[path.replace("device1", "device2")] = forged.files.pop(path)


# urna's own record, also where the shared material is absent: a few of every kind

OWN = OWN_BALLOTS.format(2)
OWN_OPENED = OPENINGS.format("id-1")
OWN_CHAIN = "encrypted_ballots/urna/ballot_chain.json"
OWN_SELECTION = OWN, "contests", 0, "selections", 0
OWN_TALLIED = TALLY, "contests", 0, "selections", 0


def own_changes(name: str, path: str, *steps: str | int, to: Any, breaks: Iterable[str]) -> None:
    """Registers a change of urna's own record."""
    changes(f"own_{name}", path, *steps, to=to, breaks=breaks, record=own_record)


own_changes("version", CONSTANTS, "protocolVersion", to="v2.1.0", breaks=["1.A"])
own_changes("manifest", MANIFEST, "contests", 1, "votes_allowed", to=3, breaks=["1.G", "1.H", "4.A"])
own_changes("guardian_index_0", INITIALIZED, "guardians", 0, "x_coordinate", to=0, breaks=["S2", "2.C"])
own_changes("joint_key", INITIALIZED, "joint_public_key", to=negated, breaks=["3.B", "4.A"])
own_changes("ciphertext", *OWN_SELECTION, "encrypted_vote", "pad", to=negated, breaks=["5.A", *WRONG_SUM])
own_changes("challenge", *OWN_SELECTION, "proof", "proofs", 0, "challenge", to=flipped, breaks=["5.D"])
own_changes("challenge_too_large", *OWN_SELECTION, "proof", "proofs", 0, "challenge", to=HUGE, breaks=["5.B"])
own_changes("limit", OWN, "contests", 1, "proof", "proofs", 2, "response", to=flipped, breaks=["6.D"])
own_changes("contest_hash", OWN, "contests", 1, "contest_hash", to=flipped, breaks=["7.A"])
own_changes("code", OWN, "confirmation_code", to=flipped, breaks=["7.B", "7.E"])
own_changes("closing_hash", OWN_CHAIN, "closing_hash", to=flipped, breaks=["7.G"])
own_changes("state", OWN, "state", to="CHALLENGED", breaks=["S4", "S5", *WRONG_SUM])
own_changes("index", OWN, "contests", 1, "sequence_order", to=1, breaks=["S3"])
own_changes("sum", SUMS, "contests", 0, "selections", 0, "encrypted_vote", "pad", to=negated, breaks=["8.A"])
own_changes("tally", *OWN_TALLIED, "tally", to=lambda old: old + 1, breaks=["10.A"])
own_changes("tally_without_proof", *OWN_TALLIED, "proof", to=None, breaks=["9.B"])
own_changes("tally_response_too_large", *OWN_TALLIED, "proof", "response", to=HUGE, breaks=["9.A"])
own_changes("contest_not_counted", TALLY, "contests", to=lambda old: old[1:], breaks=["10.E", "S6"])
own_changes("opening_proof", OWN_OPENED, "contests", 0, "selections", 0, "proof", to=None, breaks=["12.B"])
own_changes("opening_data", OWN_OPENED, "contests", 0, "decrypted_contest_data", "proof", to=None, breaks=["14.B"])
own_changes("opening_votes", OWN_OPENED, "contests", 0, "selections", 0, "tally", to=2, breaks=["13.A", "13.B", "13.C"])
own_changes("election", TALLY, "election_id", to=flipped, breaks=["S8"])


@case(FOLDER, "S3", *WRONG_SUM, record=own_record)
def own_contest_listed_six_times(forged: Tampered) -> None:
    """The code is still that of the contests, each once."""
    with forged.edit(OWN) as ballot:
        ballot["contests"] = [ballot["contests"][0]] * 5 + ballot["contests"]


@case(FOLDER, "S4", "7.E", *WRONG_SUM, record=own_record)
def own_ballot_removed(forged: Tampered) -> None:
    """From the middle of the chain."""
    del forged.files[OWN]


@case(FOLDER, "S1", "S4", "7.E", *WRONG_SUM, record=own_record)
def own_ballot_empty(forged: Tampered) -> None:
    """A file of no bytes."""
    forged.files[OWN] = b""


# The two named attacks on the whole record of 42 ballots

WHOLE: list[Case] = [
    each._replace(record=whole_record)
    for each in CASES
    if each.name in {"contest_listed_six_times", "challenged_ballots_swapped"}
]
