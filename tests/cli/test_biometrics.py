"""`urna biometrics`: reports, calibrations and rules for a definition."""

import tomllib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.devices.real_fingers import development_fingers, development_set

from urna.biometrics.calibration import Calibration
from urna.biometrics.calibration_model import rule_of
from urna.biometrics.evaluation import ScoreMatrix
from urna.biometrics.evaluation_rates import det_curve
from urna.biometrics.evaluation_report import EvaluationReport, Speed, evaluation_report, protocols_of
from urna.biometrics.match import MATCHER
from urna.cli import biometrics as verb
from urna.cli.biometrics_fingers import finger_files
from urna.cli.biometrics_report import report_text
from urna.cli.det_plot import write_det_plots
from urna.cli.main import main
from urna.devices.extractor import MODEL_SHA256
from urna.election.definition import SHIPPED_CALIBRATION, FingerRule
from urna.election.folder import read_folder
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed
from urna.storage.calibration_file import shipped_calibration
from urna.storage.definition_folder import example_files


def _matrix(fingers: int = 6, impressions: int = 4) -> ScoreMatrix:
    """Scores of fingers that nobody laid down: own ones from 0.2, others up to 0.03."""
    finger_of = np.repeat(np.arange(fingers), impressions)
    random = np.random.Generator(np.random.PCG64(3))
    scores = random.uniform(0.0, 0.03, (len(finger_of), len(finger_of)))
    scores += np.where(finger_of[:, None] == finger_of, random.uniform(0.02, 0.5, scores.shape), 0.0)
    symmetric = np.triu(scores, 1) + np.triu(scores, 1).T
    return ScoreMatrix(symmetric, finger_of, np.tile(np.arange(impressions), fingers))


REPORT = evaluation_report(
    "small", "e" * 64, _matrix(), Speed(extract=300_000, encode=800, compare=200), too_poor=1, resamplings=20
)


def test_the_shipped_calibration_is_what_a_definition_has() -> None:
    """Its hash and its numbers are the defaults, and it says that it is provisional."""
    record = shipped_calibration()
    assert record.identity == SHIPPED_CALIBRATION
    assert rule_of(record, "1/1000", 2) == FingerRule()
    assert record.provisional
    assert (record.extractor, record.matcher) == (MODEL_SHA256, MATCHER)
    assert [each.is_synthetic for each in record.sets] == [False, True]


def test_thresholds_are_pasted_into_a_definition(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed for three tries and another rate is a table of election.toml that has no mistake."""
    assert main(["--lang", "en", "biometrics", "thresholds", "--tries", "3", "--rate", "1/500"]) == 0
    printed = capsys.readouterr().out
    assert tomllib.loads(printed)["rules"]["fingers"]["tries"] == 3
    files = example_files()
    definition = read_folder(files | {"election.toml": _with_table(files["election.toml"], printed)})
    assert definition.rules.fingers == rule_of(shipped_calibration(), "1/500", 3)
    assert definition.rules.fingers.scores != FingerRule().scores


def _with_table(toml: bytes, table: str) -> bytes:
    """The table put before the first contest."""
    before, mark, after = toml.decode().partition("[[contest]]")
    return f"{before}{table}\n{mark}{after}".encode()


@pytest.mark.parametrize("rate", ["0.001", "1/0", "1/10000000000000", "2/1"])
def test_a_rate_that_is_none_is_refused(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what was expected; exit code 2."""
    assert main(["--lang", "en", "biometrics", "thresholds", "--rate", rate]) == 2
    assert "Expected" in capsys.readouterr().err


def test_a_record_that_was_touched_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another spelling, or a count that does not fit the tail."""
    path = tmp_path / "calibration.json"
    data = encode(shipped_calibration())
    excesses = f'"excesses":{shipped_calibration().sets[0].tail.excesses}'.encode()
    for changed in (data + b"\n", data.replace(excesses, b'"excesses":7'), data.replace(b"true", b"false", 1), b"{}"):
        path.write_bytes(changed)
        assert main(["--lang", "en", "biometrics", "thresholds", str(path)]) == 2
        assert "calibration.json" in capsys.readouterr().err


def _folder(tmp_path: Path, names: Sequence[str]) -> Path:
    for name in names:
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_fingers_are_found_by_their_names(tmp_path: Path) -> None:
    """Impressions by number, not by spelling; other files are passed over."""
    names = ["101_10.tif", "101_2.png", "b_c_1.wsq", "101_2.iso", "readme.txt"]
    found = finger_files(_folder(tmp_path, names))
    assert [[path.name for path in own] for own in found] == [["101_2.png", "101_10.tif"], ["b_c_1.wsq"]]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "images named FINGER_IMPRESSION"),
        (["101_1.iso"], "images named FINGER_IMPRESSION"),
        (["101.tif"], "another name"),
        (["_1.tif"], "another name"),
        (["101_a.tif"], "another name"),
        (["101_1.tif", "101_01.tif"], "the one of 101_01.tif again"),
        (["101_1.tif", "101_1.png"], "the one of 101_1.png again"),
    ],
)
def test_a_bad_folder_is_refused(tmp_path: Path, names: Sequence[str], said: str) -> None:
    """Before any image is opened."""
    with pytest.raises(Malformed, match=said):
        finger_files(_folder(tmp_path, names))


def test_an_image_that_is_none_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and there is no half report."""
    folder = tmp_path / "fingers"
    folder.mkdir()
    _folder(folder, ["101_1.tif", "101_2.tif"])
    report = tmp_path / "report"
    assert main(["--lang", "en", "biometrics", "evaluate", str(folder), "--out", str(report), "--processes", "1"]) == 2
    assert "101_1.tif" in capsys.readouterr().err
    assert not report.exists()


def test_a_report_says_what_its_record_says() -> None:
    """Each protocol a line, rates as percentages with their intervals, the network and the matcher by name."""
    text = report_text(REPORT)
    assert "24 images of 6 fingers, 1 of them too poor" in text
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == 5
    assert f"{100 * float(Fraction(REPORT.protocols[0].equal_error.rate)):.2f} %" in text
    assert "300.00 ms" in text
    assert MATCHER in text
    assert decode(encode(REPORT), EvaluationReport) == REPORT


def test_plots_are_the_same_bytes_again(tmp_path: Path) -> None:
    """No date, no random names, the font drawn as paths: an SVG and a PNG that anybody can compare."""
    curves = {name: det_curve(pairs) for name, pairs in protocols_of(_matrix()).items()}
    written = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        paths = write_det_plots(tmp_path / name, "small", curves)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    assert b"<text" not in written[0][0]
    assert b"<svg" in written[0][0]
    with Image.open(tmp_path / "first" / "det.png") as picture:
        assert min(picture.size) > 400


@pytest.mark.slow
def test_the_development_set_is_evaluated_and_calibrated(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FVC2002 DB1_B: the rates that were promised, a whole report, and the shipped calibration once more."""
    folder, report, record = development_set(), tmp_path / "report", tmp_path / "calibration.json"
    read = {(folder, 2): development_fingers(tmp_path_factory)}
    monkeypatch.setattr(verb, "read_fingers", lambda *asked: read[asked])
    common = ["--processes", "2", "--resamplings", "20"]
    assert main(["--lang", "en", "biometrics", "evaluate", str(folder), "--out", str(report), *common]) == 0
    assert sorted(path.name for path in report.iterdir()) == ["det.png", "det.svg", "report.json", "report.md"]
    found = decode((report / "report.json").read_bytes(), EvaluationReport)
    single, _, three = found.protocols
    assert (found.fingers, found.images, single.genuine_pairs, single.impostor_pairs) == (10, 80, 280, 2880)
    assert Fraction(single.equal_error.rate) <= Fraction(4, 1000)
    assert Fraction(single.fmr1000.rate) <= Fraction(1, 100)
    assert Fraction(three.equal_error.rate) <= Fraction(2, 1000)
    assert main(["--lang", "en", "biometrics", "calibrate", str(folder), "--out", str(record), *common]) == 0
    made = decode(record.read_bytes(), Calibration).sets[0]
    shipped = shipped_calibration().sets[0]
    assert (made.name, made.genuine_pairs, made.impostor_pairs) == (shipped.name, 280, 2880)
    assert abs(made.tail.start - shipped.tail.start) <= 1
    assert made.tail.tail.shape == pytest.approx(shipped.tail.tail.shape, abs=0.05)
