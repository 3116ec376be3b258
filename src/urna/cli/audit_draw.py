"""`urna audit draw`: what the public seed draws by the rules that were public before it."""

from collections.abc import Iterator
from typing import Annotated

import typer

from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import Method
from urna.audit.slip_sums import slips_by_box
from urna.audit.typed_reading import lines_to_type
from urna.cli.audit_folder import (
    AuditArgument,
    FolderArgument,
    KeyOption,
    PassphraseOption,
    RecordArgument,
    board_signers,
    name_of,
    open_audit,
    tell_note,
    write_notes,
)
from urna.cli.audit_read import what_to_type
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document
from urna.record.audit_record import AuditRecord
from urna.record.layout import Kind, audit_path

LIST = "round-{number}.csv"
TYPED = "typed-{number}.csv"
"""The lines that each of two people fills in, for `urna audit read`."""

SizeOption = Annotated[
    int | None, typer.Option("--size", min=1, help=say("Draws in all, after the rounds that were committed."))
]


def draw(
    record: RecordArgument,
    audit: AuditArgument,
    folder: FolderArgument,
    *,
    size: SizeOption = None,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Draws the next round; without a key only the list is written, as anybody may draw."""
    _, found = open_audit(record, audit)
    papers, documents = found.papers, found.papers.documents
    before = documents.rounds[-1] if documents.rounds else None
    size = size or _reported_size(found)
    drawn = draw_round(papers.commitment, documents.seed, papers.manifest, before, size, weights=papers.weights)
    papers.check_growth(drawn)
    notes = {LIST.format(number=drawn.round): retrieval_list(drawn)}
    if papers.commitment.method is Method.POLLING:
        notes[TYPED.format(number=drawn.round)] = lines_to_type(what_to_type(found, drawn))
    name = name_of(audit_path(audit, Kind.AUDIT_ROUND, drawn.round))
    if key:
        notes[name] = sign_document(drawn, board_signers(papers.commitment, key, passphrase_file))
    write_notes(folder, notes)
    for line in slips_to_read(drawn) if papers.commitment.method is Method.POLLING else drawn.to_fetch:
        out.print(line, markup=False, soft_wrap=True)
    counts = {"draws": len(drawn.draws), "fetch": len(drawn.to_fetch)}
    out.print(say("Round {round}: {draws} draws, {fetch} to fetch.", round=drawn.round, **counts))
    out.print(say("Record {hash}", hash=digest(encode(drawn))))
    out.print(say("The rules were public before the seed: the log shows a checkpoint between them."))
    if name in notes:
        tell_note(folder, name, notes[name], papers.commitment.quorum)


def slips_to_read(drawn: DrawRound) -> Iterator[str]:
    """For each box the places of its drawn slips, from the top; one that the round drew twice is "12 (2x)"."""
    for box, slips in slips_by_box(drawn).items():
        places = (f"{each.position} ({each.draws}x)" if each.draws > 1 else f"{each.position}" for each in slips)
        yield f"{box}: {', '.join(places)}"


def _reported_size(found: AuditRecord) -> int | None:
    """Of slips, what the last report says of the next round, if it was not committed."""
    papers = found.papers
    is_free = len(papers.rounds) >= len(papers.commitment.sizes)
    return papers.reports[-1].next_size or None if is_free and papers.reports else None


def retrieval_list(drawn: DrawRound) -> bytes:
    """The draws in their order as CSV: draw, unit, times, ticket. What has times 1 is fetched."""
    lines = ["draw,unit,times,ticket"]
    lines += [
        f'{number},"{each.unit}",{each.times},"{each.ticket}"'
        for number, each in enumerate(drawn.draws, start=drawn.after + 1)
    ]
    return ("\n".join(lines) + "\n").encode()
