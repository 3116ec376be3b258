"""Writes the reference images anew: `python -m tests.papers.write_reference`. Look at each before it is committed."""

from tests.papers.reference import FOLDER, images, save


def main() -> None:
    """Every image; those of papers that are no more are taken away."""
    written = set()
    for name, image in images():
        save(image, FOLDER / name)
        written.add(name)
    for path in FOLDER.glob("*.png"):
        if path.name not in written:
            path.unlink()


if __name__ == "__main__":
    main()
