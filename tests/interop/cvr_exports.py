"""Small made-up exports of cast vote records."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

CONTESTS = [
    {"Id": 1, "Description": "Mayor", "VoteFor": 1, "NumOfRanks": 3},
    {"Id": 2, "Description": "Council", "VoteFor": 2, "NumOfRanks": 0},
    {"Id": 3, "Description": "Measure A", "VoteFor": 1},
]
CANDIDATES = [
    {"Id": 10, "Description": "Ana", "ContestId": 1},
    {"Id": 11, "Description": "Luis", "ContestId": 1},
    {"Id": 20, "Description": "Rosa", "ContestId": 2},
    {"Id": 21, "Description": "Juan", "ContestId": 2},
    {"Id": 22, "Description": "Ana", "ContestId": 2},
    {"Id": 30, "Description": "YES", "ContestId": 3},
    {"Id": 31, "Description": "NO", "ContestId": 3},
]


def marks(*candidates: int, rank: int = 1, is_vote: bool = True) -> list[dict[str, Any]]:
    """So many marks of one rank."""
    return [{"CandidateId": one, "Rank": rank, "IsVote": is_vote, "MarkDensity": 100} for one in candidates]


def state(contests: dict[int, list[dict[str, Any]]], *, is_current: bool = True) -> dict[str, Any]:
    """What a session says, on one sheet."""
    marked = [{"Id": contest, "Marks": found} for contest, found in contests.items()]
    return {"IsCurrent": is_current, "Cards": [{"Id": 1, "Contests": marked}]}


def session(record: int, contests: dict[int, list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
    """A card of tabulator 7, batch 1."""
    return {"TabulatorId": 7, "BatchId": 1, "RecordId": record, "Original": state(contests)} | changes


def sessions() -> list[dict[str, Any]]:
    """Four cards: votes, a blank, an overvote, one corrected by hand."""
    corrected = state({3: marks(31)}, is_current=False)
    return [
        session(1, {1: marks(10) + marks(11, rank=2), 2: marks(20, 22), 3: marks(30)}),
        session(2, {1: marks(11, rank=2), 2: [], 3: marks(31, is_vote=False)}),
        session(3, {1: marks(10, 11), 2: marks(20, 21, 22), 3: marks(30, 30)}),
        session(4, {}, Original=corrected, Modified=state({3: marks(30)})),
    ]


def export(*files: list[dict[str, Any]], **manifests: Any) -> dict[str, bytes]:
    """An export's folder with a file for each list of sessions; manifests as given or as above."""
    said = {"ContestManifest": CONTESTS, "CandidateManifest": CANDIDATES} | manifests
    folder = {f"{name}.json": msgspec.json.encode({"List": each}) for name, each in said.items()}
    for number, each in enumerate(files or [sessions()], start=1):
        folder[f"CvrExport_{number}.json"] = b"\xef\xbb\xbf" + msgspec.json.encode({"Sessions": each})
    return folder


def sheet_xml(rows: list[list[str]]) -> str:
    """A sheet whose cells hold texts by number, in themselves, or numbers."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(text, f"{chr(ord('A') + place)}{number}") for place, text in enumerate(row) if text)
        lines.append(f'<row r="{number}">{cells}</row>')
    return f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"


def _cell(text: str, name: str) -> str:
    if text.startswith("#"):
        return f'<c r="{name}" t="s"><v>{text[1:]}</v></c>'
    if text.isdecimal():
        return f'<c r="{name}"><v>{text}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(sheet: str, texts: str | None = None, **others: str) -> bytes:
    """A workbook with this sheet, and shared texts; others are further parts of its folder of sheets."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, part in others.items():
            book.writestr(f"xl/worksheets/{name}.xml", part)
        if texts is not None:
            book.writestr("xl/sharedStrings.xml", texts)
    return made.getvalue()
