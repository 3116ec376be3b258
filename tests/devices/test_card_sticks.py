"""Role cards on sticks."""

from pathlib import Path

from urna.devices.card_sticks import find_cards, mounted
from urna.station.card_file import MAX_FILE_BYTES


def test_cards_are_found_at_the_top_of_mounted_sticks(tmp_path: Path) -> None:
    """One mounted by the desktop, one by hand; nothing further down, nothing else."""
    for place in ("root/STICK", "OTHER", "root/STICK/deep"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / "root/STICK/president.urna-card").write_bytes(b"one")
    (tmp_path / "OTHER/member.urna-card").write_bytes(b"two")
    (tmp_path / "root/STICK/deep/secretary.urna-card").write_bytes(b"three")
    (tmp_path / "OTHER/photo.jpeg").write_bytes(b"four")
    found = find_cards(mounted([str(tmp_path)]))
    assert {each.label: each.card for each in found} == {"president.urna-card": b"one", "member.urna-card": b"two"}


def test_two_sticks_with_one_name_are_told_apart(tmp_path: Path) -> None:
    """By the stick's own name."""
    for stick in ("A", "B"):
        (tmp_path / stick).mkdir()
        (tmp_path / stick / "member.urna-card").write_bytes(stick.encode())
    assert [each.label for each in find_cards(mounted([str(tmp_path)]))] == ["A/member.urna-card", "B/member.urna-card"]


def test_what_is_no_card_is_left_out(tmp_path: Path) -> None:
    """Too long, empty, a link to somewhere else, a folder; and a stick that is not there."""
    (tmp_path / "long.urna-card").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (tmp_path / "empty.urna-card").touch()
    (tmp_path / "link.urna-card").symlink_to("/etc/hostname")
    (tmp_path / "folder.urna-card").mkdir()
    assert find_cards([tmp_path, tmp_path / "gone"]) == ()


def test_a_card_is_not_shown_in_a_message(tmp_path: Path) -> None:
    """Where it was found is."""
    (tmp_path / "member.urna-card").write_bytes(b"secret")
    assert "secret" not in repr(find_cards([tmp_path]))
