"""A roll file is taken whole or refused with all its mistakes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.roll.small import small_election

from urna.errors import Finding, Findings
from urna.roll.importing import MAX_FINDINGS, import_roll
from urna.roll.synthetic import as_csv, synthesize_roll

ELECTION = small_election()
HEADER = b"number,name,centre,station,group\n"


def findings_of(data: bytes) -> tuple[Finding, ...]:
    """The mistakes for which this file is refused."""
    with pytest.raises(Findings) as caught:
        import_roll(data, ELECTION, "roll.csv")
    return caught.value.findings


def lines(*, without_station: bool = False) -> list[bytes]:
    """The lines of a right file, header first."""
    found = as_csv(synthesize_roll(ELECTION, 1), ELECTION).splitlines()
    if without_station:
        found[1:] = [b",".join((*line.split(b",")[:3], b"", line.split(b",")[4])) for line in found[1:]]
    return found


def test_a_right_file_gives_every_elector_with_the_style_of_station_and_group() -> None:
    """The synthetic roll, written as CSV, reads back as itself."""
    roll = import_roll(b"\n".join(lines()), ELECTION, "roll.csv")
    assert roll == tuple(sorted(synthesize_roll(ELECTION, 1), key=lambda elector: (elector.station, elector.number)))
    assert {(elector.group, elector.style) for elector in roll} == {("ALL", "GENERAL"), ("INDIGENOUS", "BOTH")}


def test_windows_line_ends_and_a_missing_last_one_change_nothing() -> None:
    """CRLF is what the most used spreadsheet writes."""
    assert import_roll(b"\r\n".join(lines()), ELECTION, "a") == import_roll(b"\n".join(lines()) + b"\n", ELECTION, "b")


def test_a_quoted_name_may_hold_a_comma() -> None:
    """As RFC 4180 has it."""
    changed = lines()
    fields = changed[1].split(b",")
    changed[1] = b",".join((fields[0], b'"Turpial ""Tuco"" Sinsol, hijo"', *fields[2:]))
    roll = import_roll(b"\n".join(changed), ELECTION, "roll.csv")
    assert 'Turpial "Tuco" Sinsol, hijo' in {elector.name for elector in roll}


MISTAKES = {
    b"F1,Jos\xe9,C1,S1,": "byte 7 of the line is not UTF-8.",
    b"F1,Ana,C1,S1": "the line has 4 columns instead of 5.",
    b"F1,Ana,Luna,C1,S1,": "the line has 6 columns instead of 5.",
    b"": "the line has 0 columns instead of 5.",
    b'F1,"Ana,C1,S1,': "the quotes do not match.",
    b'F1,"Ana"x,C1,S1,': "the quotes do not match.",
    b"F1," + b"A" * 2000 + b",C1,S1,": "the line has 2010 bytes, more than 1024.",
    b"f-1,Ana,C1,S1,": "'f-1' is not an elector's number.",
    b",Ana,C1,S1,": "'' is not an elector's number.",
    b"F" + b"1" * 20 + b",Ana,C1,S1,": "'F" + "1" * 20 + "' is not an elector's number.",
    b"F1," + b"A" * 81 + b",C1,S1,": "the name has 81 letters, more than 80.",
    b"F1,,C1,S1,": "the name is empty or holds a control character.",
    b"F1,A\x00na,C1,S1,": "the name is empty or holds a control character.",
    b"F1, Ana,C1,S1,": "the name begins or ends with a space.",
    "F1,Jose\u0301,C1,S1,".encode(): "the name has accents as separate characters.",
    b"F1,Ana,C1,S9,": "station S9 is not in the definition.",
    b"F1,Ana,C2,S1,": "station S1 is in centre C1, not in C2.",
    b"F1,Ana,C9,,": "centre C9 has no station in the definition.",
    b"F1,Ana,,,": "neither centre nor station is given.",
    b"F1,Ana,C1,s1,": "'s1' cannot be a station.",
    b"F1,Ana,C 1,S1,": "'C 1' cannot be a centre.",
    b"F1,Ana,C1,S1,who?": "'who?' cannot be a group.",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_each_mistake_is_named_with_its_line(line: bytes) -> None:
    """One wrong line among right ones: one finding, at that line, in plain words."""
    data = lines()
    data.insert(3, line)
    found = findings_of(b"\n".join(data))
    assert [(finding.file, finding.line, str(finding.problem)) for finding in found] == [
        ("roll.csv", 4, MISTAKES[line])
    ]


def test_all_mistakes_of_a_file_are_listed_at_once_in_order() -> None:
    """Every wrong line of the table above in one file, and a doubled number: as many findings, none hidden."""
    right = lines()
    wrong = [line.replace(b"F1,", b"F9%d," % number) for number, line in enumerate(MISTAKES)]
    data = [*right, *wrong, right[5]]
    found = findings_of(b"\n".join(data))
    assert [finding.line for finding in found] == list(range(len(right) + 1, len(data) + 1))
    assert str(found[-1].problem) == "the number of this elector stands on line 6 too."


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xef\xbb\xbf" + HEADER + b"F1,Ana,C1,S1,", b"name,number\nAna,F1", b"\xff\xfe", b"F1,Ana,C1,S1,"],
)
def test_a_wrong_first_line_is_one_finding(data: bytes) -> None:
    """No header, a byte order mark, other columns, UTF-16: nothing below it is guessed at."""
    assert [finding.line for finding in findings_of(data)] == [1]


def test_a_file_without_electors_is_refused() -> None:
    """A header alone is not an empty roll but a failed export."""
    assert [str(finding.problem) for finding in findings_of(HEADER)] == ["the file has no electors."]


def test_other_numbers_than_the_definition_has_are_refused() -> None:
    """One elector moved from S1 to S2: both stations are named, with both numbers."""
    data = lines()
    at = next(index for index, line in enumerate(data) if line.endswith(b"S1,"))
    data[at] = data[at].replace(b"C1,S1", b"C1,S2")
    assert [str(finding.problem) for finding in findings_of(b"\n".join(data))] == [
        "station S1, style GENERAL: 11 electors instead of 12.",
        "station S2, style GENERAL: 7 electors instead of 6.",
    ]


def test_a_file_in_the_wrong_encoding_does_not_drown_the_reader() -> None:
    """The first thousand mistakes, and how many more there are."""
    found = findings_of(HEADER + b"F1,Jos\xe9,C1,S1,\n" * 2500)
    assert len(found) == MAX_FINDINGS + 1
    assert str(found[-1].problem) == "1500 more mistakes."


def test_a_finding_never_shows_a_name() -> None:
    """Findings are printed and pasted into mails."""
    assert not any("Ana" in str(finding) for line in MISTAKES for finding in findings_of(HEADER + line))


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_findings(data: bytes) -> None:
    """Hostile input is never a crash."""
    for whole in (data, HEADER + data):
        with pytest.raises(Findings):
            import_roll(whole, ELECTION, "roll.csv")


@given(seed=st.integers(0, 2**32))
def test_the_allotment_fills_every_place_whatever_the_order_of_lines(seed: int) -> None:
    """Electors without station: the stations' numbers are met exactly, and shuffled lines change nobody's place."""
    data = lines(without_station=True)
    roll = import_roll(b"\n".join(data), ELECTION, "roll.csv")
    rest = data[1:]
    random.Random(seed).shuffle(rest)
    assert import_roll(b"\n".join([data[0], *rest]), ELECTION, "roll.csv") == roll


def test_the_allotment_spreads_neighbours_and_fills_evenly() -> None:
    """By number, S1 (12 places) is never ahead of S2 (6 places) by more than one elector's share."""
    roll = import_roll(b"\n".join(lines(without_station=True)), ELECTION, "roll.csv")
    general = sorted((e.number, e.station) for e in roll if e.style == "GENERAL" and e.station != "S3")
    first = second = 0
    for _, station in general:
        first, second = first + (station == "S1"), second + (station == "S2")
        assert abs(first - 2 * second) <= 2
    assert (first, second) == (12, 6)


def test_named_stations_count_before_the_first_is_allotted() -> None:
    """Half the lines name their station; the others still fill the places exactly."""
    named, unnamed = lines(), lines(without_station=True)
    mixed = [named[0], *(pair[index % 2] for index, pair in enumerate(zip(named[1:], unnamed[1:], strict=True)))]
    roll = import_roll(b"\n".join(mixed), ELECTION, "roll.csv")
    assert sum(elector.station == "S1" for elector in roll) == ELECTION.stations["S1"].electors


def test_a_centre_with_more_electors_than_places_is_refused_by_station() -> None:
    """One more than the definition has places for."""
    data = [*lines(without_station=True), b"F1,Ana,C2,,"]
    assert [str(finding.problem) for finding in findings_of(b"\n".join(data))] == [
        "station S3, style GENERAL: 13 electors instead of 12."
    ]


def test_a_group_without_a_style_of_its_own_votes_as_everybody() -> None:
    """At S3 no contest is for the indigenous electorate alone."""
    data = [line + b"INDIGENOUS" if line.endswith(b"S3,") else line for line in lines()]
    roll = import_roll(b"\n".join(data), ELECTION, "roll.csv")
    assert {e.style for e in roll if e.station == "S3"} == {"GENERAL"}
