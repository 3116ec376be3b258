"""Stations reach the centre over HTTP: whole, in parts, twice, wrong; each answer says what became of it and why."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from tests.center.parcels import make, parcel_of, wait_for_proofs
from tests.tampering.builder import World, build, move_vote
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted
from tests.web.center.serving import Served, served

from urna.devices.network_sender import NetworkSender
from urna.encoding.canonical import decode, digest
from urna.encoding.document import sign_document
from urna.station.sending import NotSent, Parcel
from urna.storage.centre_backup import back_up
from urna.web.center.limits import PART_BYTES, Limits


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots."""
    return build_encrypted()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Served]:
    """The small world's centre."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre", Limits(parcel_bytes=PART_BYTES + 1000)) as found:
        yield found


def in_parts(centre: Served, station: str, parcel: bytes, part: int) -> int:
    """Sends a parcel in parts, asking after each how far it has come; the last answer's number."""
    name = digest(parcel)
    path = f"/stations/{station}/uploads"
    assert centre.post_json(path, {"sha256": name, "size": len(parcel)}).json["offset"] == 0
    offset, status = 0, 0
    while offset < len(parcel):
        heard = centre.ask("PATCH", f"{path}/{name}", parcel[offset : offset + part], Upload_Offset=str(offset))
        status, offset = heard.status, offset + part
        if offset < len(parcel):
            assert centre.ask("GET", f"{path}/{name}").json == {"offset": offset, "size": len(parcel)}
    return status


def test_a_stations_own_sender_delivers_and_keeps_the_answer(centre: Served, tmp_path: Path) -> None:
    """`devices/network_sender` against the real addresses; the second time nothing changes."""
    sender = NetworkSender(centre.stations, tmp_path / "queue")
    parcel = decode(parcel_of(world(), "B-01"), Parcel)
    receipt = sender.send(parcel)
    answer = msgspec.json.decode(receipt.answer)
    assert (answer["verdict"], answer["parcel"]) == ("accepted", parcel.sha256)
    assert answer["said"]["en"].startswith("Accepted")
    again = NetworkSender(centre.stations, tmp_path / "other")
    assert msgspec.json.decode(again.send(parcel).answer)["verdict"] == "repeated"
    assert centre.ask("GET", "/status").json["standings"]["counted"] == 1


def test_a_parcel_in_parts_is_the_same_parcel(centre: Served) -> None:
    """Of any length, one after the other; then whole, which is a repetition."""
    parcel = parcel_of(world(), "A-01")
    assert in_parts(centre, "A-01", parcel, 5000) == 200
    assert centre.ask("POST", "/stations/A-01", parcel).json["verdict"] == "repeated"
    assert centre.ask("GET", f"/stations/A-01/uploads/{digest(parcel)}").status == 404


def test_an_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    """What has come is on the medium; a part at another offset is told where to go on."""
    make(world(), tmp_path / "centre")
    parcel = parcel_of(world(), "B-01")
    path = f"/stations/B-01/uploads/{digest(parcel)}"
    begin = {"sha256": digest(parcel), "size": len(parcel)}
    with served(world(), tmp_path / "centre") as centre:
        centre.post_json("/stations/B-01/uploads", begin)
        centre.ask("PATCH", path, parcel[:1000], Upload_Offset="0")
    with served(world(), tmp_path / "centre") as centre:
        assert centre.post_json("/stations/B-01/uploads", begin).json["offset"] == 1000
        wrong = centre.ask("PATCH", path, parcel[:10], Upload_Offset="0")
        assert (wrong.status, wrong.headers["upload-offset"]) == (409, "1000")
        assert centre.ask("PATCH", path, parcel[1000:], Upload_Offset="1000").json["verdict"] == "accepted"


def test_parts_that_are_another_parcel_begin_again(centre: Served) -> None:
    """A byte changed on the way: nothing of it is looked at, and the same upload can be begun anew."""
    parcel = parcel_of(world(), "B-01")
    path, begin = f"/stations/B-01/uploads/{digest(parcel)}", {"sha256": digest(parcel), "size": len(parcel)}
    centre.post_json("/stations/B-01/uploads", begin)
    assert centre.ask("PATCH", path, parcel[:-1] + b"x", Upload_Offset="0").status == 422
    assert centre.post_json("/stations/B-01/uploads", begin).json["offset"] == 0
    assert centre.ask("PATCH", path, parcel, Upload_Offset="0").status == 200


def test_a_differing_resend_is_a_conflict_and_is_kept_nowhere(centre: Served, tmp_path: Path) -> None:
    """The sender is told; the public reads its hash; its bytes are in no file and no table."""
    centre.ask("POST", "/stations/B-01", parcel_of(world(), "B-01"))
    other = sign_document(move_vote(world().sheet("B-01"), "REF", "YES", "NO"), world().booths("B-01"))
    heard = centre.ask("POST", "/stations/B-01", parcel_of(world(), "B-01", changes={"sheet-0.note": other}))
    assert (heard.status, heard.json["verdict"], heard.json["sheet"]) == (409, "refused", digest(other))
    assert "two different sheets" in heard.json["reason"]["en"]
    signature = other.rpartition(b"\n\n")[2][:60]
    kept = [path for path in (tmp_path / "centre").rglob("*") if path.is_file() and signature in path.read_bytes()]
    assert kept == []
    assert centre.service.opened.centre.is_held("B-01", digest(other))


def test_what_proves_nothing_is_refused_with_the_reason(centre: Served, tmp_path: Path) -> None:
    """Rubbish, another hash, another station's parcel, a station that nobody defined; a sender keeps it."""
    parcel = parcel_of(world(), "B-01")
    assert centre.ask("POST", "/stations/B-01", b"rubbish").status == 422
    wrong = centre.ask("POST", "/stations/B-01", parcel, Idempotency_Key="0" * 64)
    assert "did not arrive as it was sent" in wrong.json["reason"]["en"]
    assert centre.ask("POST", "/stations/A-01", parcel).status == 422
    unknown = centre.ask("POST", "/stations/Z-99", parcel)
    assert "no such station" in unknown.json["reason"]["en"]
    assert centre.ask("POST", "/stations/b%2F..%2F", parcel).status in {404, 422}
    queue = tmp_path / "queue"
    sender = NetworkSender(centre.stations, queue)
    broken = decode(parcel, Parcel)
    broken = msgspec.structs.replace(broken, files={**broken.files, "sheet-0.note": b"no sheet"})
    with pytest.raises(NotSent, match="422"):
        sender.send(broken)
    assert sender.waiting() == (broken.sha256,)
    assert centre.service.standings() == {"outstanding": len(world().election.stations)}


def test_what_is_too_long_is_not_read(centre: Served) -> None:
    """By its announced length, by its real one, and in parts."""
    most = PART_BYTES + 1000
    assert centre.ask("POST", "/stations/B-01", b"x" * (most + 1)).status == 413
    chunks = (b"x" * 100_000 for _ in range(most // 100_000 + 2))
    assert centre.ask("POST", "/stations/B-01", chunks).status == 413
    path, name = "/stations/B-01/uploads", "0" * 64
    assert centre.post_json(path, {"sha256": name, "size": most + 1}).status == 413
    centre.post_json(path, {"sha256": name, "size": most})
    assert centre.ask("PATCH", f"{path}/{name}", b"x" * (PART_BYTES + 1), Upload_Offset="0").status == 413


def test_a_long_parcel_is_put_down_and_leaves_nothing_behind(centre: Served, tmp_path: Path) -> None:
    """Longer than what is held in memory; whatever became of it, the place where it lay is empty."""
    assert centre.ask("POST", "/stations/B-01", b"x" * (5 * 1024 * 1024)).status == 422
    assert list((tmp_path / "centre" / "uploads").iterdir()) == []


def test_a_request_that_is_no_text_is_answered_like_any_other_wrong_one(centre: Served) -> None:
    """In both languages, and with the number that the interface names."""
    heard = centre.ask("POST", "/stations/B-01/uploads", b"\xff{", Content_Type="application/json")
    assert (heard.status, set(heard.json["said"])) == (422, {"es", "en"})
    assert centre.ask("GET", "/nowhere").status == 404


def test_encrypted_ballots_are_received_first_and_proven_then(tmp_path: Path) -> None:
    """202, then 200 for the same once it is proven."""
    make(encrypted(), tmp_path / "centre")
    with served(encrypted(), tmp_path / "centre") as centre:
        parcel = parcel_of(encrypted(), "A-02")
        assert centre.ask("POST", "/stations/A-02", parcel).status == 202
        wait_for_proofs(centre.service)
        assert centre.ask("POST", "/stations/A-02", parcel).status == 200


def test_health_and_metrics_say_what_is(centre: Served) -> None:
    """Alive and ready while it runs; counts without any station's name."""
    centre.ask("POST", "/stations/B-01", parcel_of(world(), "B-01"))
    assert centre.ask("GET", "/health/live").body == b"ok\n"
    assert centre.ask("GET", "/health/ready").status == 200
    metrics = centre.ask("GET", "/metrics").body.decode()
    assert 'urna_answers_total{verdict="accepted"} 1.0' in metrics
    assert "B-01" not in metrics
    assert set(centre.ask("GET", "/api/openapi.json").json["paths"]) == {
        "/stations/{station}",
        "/stations/{station}/uploads",
        "/stations/{station}/uploads/{sha256}",
        "/status",
        "/health/live",
        "/health/ready",
        "/metrics",
    }


def test_metrics_say_what_is_published_and_backed_up(centre: Served, tmp_path: Path) -> None:
    """What alerts are made of: leaves in the record, room on the medium, the last backup."""
    before = centre.ask("GET", "/metrics").body.decode()
    assert "urna_published_leaves 0.0" in before
    assert "urna_backup_serial" not in before
    assert float(re.findall(r"^urna_free_bytes (\S+)$", before, re.MULTILINE)[0]) > 0
    made = back_up(tmp_path / "centre", tmp_path / "backup")
    after = centre.ask("GET", "/metrics").body.decode()
    assert f"urna_backup_serial {float(made.serial)}" in after
    assert "urna_backup_seconds" in after


def test_the_record_can_be_served_beside(tmp_path: Path) -> None:
    """As files, and nothing outside of it."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre", serve_record=True) as centre:
        record = tmp_path / "centre" / "record"
        (record / "README.txt").write_text("hello")
        assert centre.ask("GET", "/record/README.txt").body == b"hello"
        assert centre.ask("GET", "/record/../centre.json").status == 404
        assert centre.ask("GET", "/record/%2e%2e/centre.json").status == 404
