"""Ten thousand hostile templates and images are refused or taken, and cost neither the process nor its memory."""

from random import Random

import pytest
from tests.devices.fuzz_images import GROWTH_KB, fuzz_images, fuzz_templates, good_files, mutant, peak_kb

from urna.devices.finger_files import decode_image


def test_the_files_that_are_mutated_are_good() -> None:
    """Else refusing their mutants would mean nothing."""
    assert sorted(good_files()) == ["BMP", "PNG", "TIFF", "WSQ"]
    for data in (data for files in good_files().values() for data in files):
        image = decode_image(data)
        assert (image.width, image.height) == (100, 120)


def test_a_few_hundred_hostile_images_do_no_harm() -> None:
    """Fifty of each format; some are taken, most refused."""
    before = peak_kb()
    tally = fuzz_images(200, seed=1)
    assert tally.total() == 200
    assert all(tally[f"{kind} refused"] for kind in ("BMP", "PNG", "TIFF", "WSQ"))
    assert sum(count for name, count in tally.items() if name.endswith("taken")) > 10
    assert peak_kb() - before < GROWTH_KB


@pytest.mark.slow
def test_ten_thousand_hostile_templates_and_images_do_no_harm() -> None:
    """7,500 templates and 2,500 images; the same ones on every machine."""
    before = peak_kb()
    tally = fuzz_templates(7500) + fuzz_images(2500)
    assert tally.total() == 10_000
    assert len(tally) == 10
    assert peak_kb() - before < GROWTH_KB


def test_mutants_are_the_same_every_time() -> None:
    """So a fault found once is found again; and a mutant is rarely its original."""
    good = good_files()["BMP"][0]
    first, again = ([mutant(good, good, random) for _ in range(100)] for random in (Random(5), Random(5)))
    assert first == again
    assert sum(each == good for each in first) < 10
