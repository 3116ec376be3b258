"""What a folder hands in, from names of files or from a manifest; every mistake is found, nobody's number is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.roll.enrolment_manifest import COLUMNS, batches, find_strangers, read_manifest, read_names
from urna.roll.enrolment_rules import Reason

HEADER = ",".join(COLUMNS) + "\n"


def test_a_manifest_and_names_say_the_same() -> None:
    """Two impressions and a left-out finger of one elector; names cannot say why a finger is left out."""
    text = HEADER + "F1,1,2,a/2.png,\nF1,1,1,a/1.WSQ,\nF1,2,,,bandaged\n"
    listed, mistakes = read_manifest(text.encode(), "manifest.csv")
    assert not mistakes
    (batch,), doubled = batches(listed)
    assert not doubled
    assert (batch.number, batch.left_out) == ("F1", ((2, Reason.BANDAGED),))
    assert [(each.impression, each.file, each.line) for each in batch.images] == [(1, "a/1.WSQ", 3), (2, "a/2.png", 2)]
    named, mistakes = read_names(["F1/1_2.png", "F1/1_1.wsq"], "handed")
    assert not mistakes
    (batch,), _ = batches(named)
    assert [(each.position, each.impression, each.file) for each in batch.images] == [
        (1, 1, "F1/1_1.wsq"),
        (1, 2, "F1/1_2.png"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "f1,1,1,a.png,",
        ",1,1,a.png,",
        "F1,3,1,a.png,",
        "F1,x,1,a.png,",
        "F1,1,0,a.png,",
        "F1,1,4,a.png,",
        "F1,1,1,,",
        "F1,1,1,a.gif,",
        "F1,1,1,../a.png,",
        "F1,1,1,/a.png,",
        "F1,1,1,a//b.png,",
        "F1,1,1,a\\..\\b.png,",
        "F1,1,1,a.png,bandaged",
        "F1,1,,,tired",
        "F1,1,1,a.png",
        "F1,1,1,a.png,,",
    ],
)
def test_a_wrong_line_is_a_mistake_at_its_line(row: str) -> None:
    """Another number, finger or impression; a file elsewhere or of another kind; a reason that is none."""
    listed, mistakes = read_manifest((HEADER + "F2,1,1,b.png,\n" + row + "\n").encode(), "manifest.csv")
    assert [each.number for each in listed] == ["F2"]
    assert [(each.finding.file, each.finding.line) for each in mistakes] == [("manifest.csv", 3)]


@pytest.mark.parametrize("data", [b"", b"number\n", b"\xff\xfe", HEADER.replace(",", ";").encode()])
def test_another_file_is_one_mistake(data: bytes) -> None:
    """Nothing after it is read."""
    listed, mistakes = read_manifest(data, "manifest.csv")
    assert (listed, len(mistakes)) == ([], 1)


def test_doubled_impressions_are_mistakes() -> None:
    """The same impression twice, a finger taken and left out, left out for two reasons, one file for two people."""
    for rows in (
        "F1,1,1,a.png,\nF1,1,1,b.png,\n",
        "F1,1,1,a.png,\nF1,1,,,missing\n",
        "F1,1,,,missing\nF1,1,,,refused\n",
        "F1,1,1,a.png,\nF2,1,1,a.png,\n",
    ):
        listed, mistakes = read_manifest((HEADER + rows).encode(), "m")
        assert not mistakes
        _, doubled = batches(listed)
        assert len(doubled) == 1


def test_names_that_are_no_images_are_mistakes_without_a_number() -> None:
    """The folder is named by its place in the order of names."""
    paths = ["V1/1_1.png", "V2/1_1.gif", "V2/thumb.png", "V2/deep/1_1.png", "README", "V3/9_1.png", "V5/", "v4/1_1.png"]
    listed, mistakes = read_names(paths, "handed")
    assert [each.file for each in listed] == ["V1/1_1.png"]
    places = [each.finding.file for each in mistakes]
    assert places == [
        "handed/README",
        "handed/[2]/1_1.gif",
        "handed/[2]/1_1.png",
        "handed/[2]/thumb.png",
        "handed/[3]/9_1.png",
        "handed/[4]/",
        "handed/[5]/1_1.png",
    ]
    assert not [each for each in mistakes if "V2" in str(each.finding) + repr(each)]
    assert [each.number for each in mistakes] == ["", "V2", "V2", "V2", "V3", "V5", "v4"]


def test_each_stranger_is_one_mistake() -> None:
    """However many images are handed in for somebody who is not on the roll."""
    listed, _ = read_names(["V1/1_1.png", "V2/1_1.png", "V2/1_2.png"], "handed")
    assert [each.number for each in find_strangers(listed, {"V1"})] == ["V2"]


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "ignore")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Never a crash, and whatever is listed is inside the folder."""
    listed, _ = read_manifest(data, "m")
    assert not [each for each in listed if ".." in each.file.split("/") or each.file.startswith("/")]


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_names_are_read_or_refused(paths: list[str]) -> None:
    """Every name is listed or a mistake."""
    listed, mistakes = read_names(paths, "h")
    assert len(listed) + len(mistakes) == len(paths)
