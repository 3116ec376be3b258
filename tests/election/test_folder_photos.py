"""Photos are named by candidates' codes, each mistake in a name is told, and every card finds its own person."""

import pytest

from urna.election.definition import Choice, Contest, ContestKind, Election, Option, SeatRule
from urna.election.folder import read_folder
from urna.election.folder_photos import people_on, photos_of
from urna.storage.definition_folder import example_files

EXAMPLE = Election(read_folder(example_files()))
ANA, OLGA = "MON-1-AURORA-1", "MON-1-FARO-1"


def said(*names: str) -> list[str]:
    """What is told of these files."""
    found, mistakes = photos_of(names, EXAMPLE.definition.candidates)
    assert len(found) + len(mistakes) == len(names)
    return [str(finding) for finding in mistakes]


def test_a_file_is_the_photo_of_the_candidate_whose_code_it_has() -> None:
    """JPEG or PNG, the ending in small letters or capitals."""
    found, mistakes = photos_of([f"{ANA}.jpg", f"{OLGA}.PNG"], EXAMPLE.definition.candidates)
    assert found == {ANA: f"{ANA}.jpg", OLGA: f"{OLGA}.PNG"}
    assert mistakes == []


def test_what_a_desk_leaves_in_a_folder_is_passed_over() -> None:
    """Its own files are nobody's photos."""
    assert photos_of(["Thumbs.db", "desktop.ini", ".DS_Store"], EXAMPLE.definition.candidates) == ({}, [])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{ANA}.gif", "does not end with .jpg or .png. Save the photo as JPEG or PNG"),
        (ANA, "does not end with .jpg or .png"),
        ("mon-1-aurora-1.jpg", f"did you mean {ANA}? Rename the file to {ANA}"),
        ("Ana Alderín.jpg", "There is no candidate “Ana Alderín”. Name it by a code of candidates.csv"),
    ],
)
def test_a_name_that_says_of_no_candidate_is_told_with_the_file(name: str, words: str) -> None:
    """And what to do."""
    (told,) = said(name)
    assert told.startswith(f"photos/{name}: ")
    assert words in told


def test_two_photos_of_one_person_are_a_mistake_and_all_mistakes_are_told_at_once() -> None:
    """Which one would be shown is never guessed."""
    told = said(f"{ANA}.png", f"{ANA}.jpg", "nobody.jpg")
    assert len(told) == 2
    assert f"has another photo, {ANA}.jpg. Keep one of them." in told[0]


def test_every_party_s_card_of_a_person_shows_that_person() -> None:
    """An alliance's cards count for one candidate; a list's card shows nobody."""
    people = people_on(EXAMPLE.contests.values())
    shared = [card for card, person in people.items() if person == ANA]
    assert [contest for contest, _ in shared] == ["NOM-MON-1"] * 3
    lists = [contest.code for contest in EXAMPLE.contests.values() if contest.kind != "nominal"]
    assert lists
    assert not [contest for contest, _ in people if contest in lists]


def test_cards_of_one_code_in_two_contests_show_two_people() -> None:
    """Codes of cards are a contest's own, and a photo on the wrong card would mislead."""
    one, other = (
        Contest(
            code=code,
            kind=ContestKind.NOMINAL,
            title={"en": code},
            territory="LUM",
            options=(Option(code="CARD", name="Card", choice="C"),),
            choices=(Choice(code="C", name="Person", nominees=(person,)),),
            seat_rule=SeatRule(method="plurality", seats=1),
        )
        for code, person in (("ONE", ANA), ("OTHER", OLGA))
    )
    assert people_on([one, other]) == {("ONE", "CARD"): ANA, ("OTHER", "CARD"): OLGA}
