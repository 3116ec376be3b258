"""A restored database taken back to an act of its journal: whole commits alone, since an act and its leaves are one."""

from sqlalchemy import Connection, Engine, delete, func, select, union

from urna.errors import OutOfOrder
from urna.storage.centre_tables import ARRIVAL, BESIDE, CHECKPOINT, CONTENT, JOURNAL, LEAF
from urna.words import Sentence

_ROWS = (LEAF, BESIDE, CONTENT, ARRIVAL)
"""Their serial is that of the last act of their commit."""


def cut(engine: Engine, until: int) -> bool:
    """Takes away what came after an act; returns whether more than what is left was published.

    Raises:
        OutOfOrder: no act of the journal, or one in the middle of a commit; nothing was taken away.
    """
    with engine.begin() as connection:
        highest = connection.execute(select(func.max(JOURNAL.c.serial))).scalar() or 0
        if not 1 <= until <= highest:
            raise OutOfOrder(
                Sentence("an act of the backup's journal, 1 to {last}", {"last": highest}),
                Sentence("{serial}", {"serial": until}),
                Sentence("Choose one of them."),
            )
        _check_whole(connection, until, highest)
        for table in (JOURNAL, *_ROWS):
            connection.execute(delete(table).where(table.c.serial > until))
        leaves = connection.execute(select(func.count()).select_from(LEAF)).scalar() or 0
        return bool(connection.execute(delete(CHECKPOINT).where(CHECKPOINT.c.size > leaves)).rowcount)


def _check_whole(connection: Connection, until: int, highest: int) -> None:
    """Acts of one commit may share its leaves, and no row says which act a leaf is of."""
    ends = union(*(select(table.c.serial) for table in _ROWS)).subquery()
    if until == highest or connection.execute(select(ends.c.serial).where(ends.c.serial == until)).first():
        return
    before = connection.execute(select(func.max(ends.c.serial)).where(ends.c.serial < until)).scalar()
    after = connection.execute(select(func.min(ends.c.serial)).where(ends.c.serial > until)).scalar()
    near = {"before": before or 1, "after": after or highest}
    raise OutOfOrder(
        Sentence("the last act of a commit, as {before} or {after}", near),
        Sentence("{serial}, which is none that is known", {"serial": until}),
        Sentence("Choose one of the two."),
    )
