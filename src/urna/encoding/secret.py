"""Records that hide what is in them."""

from urna.encoding.canonical import Record


class Secret(Record, frozen=True, kw_only=True):
    """A record whose fields show in no repr, no traceback, no log."""

    def __repr__(self) -> str:
        """The type's name alone."""
        return f"{type(self).__name__}(secret)"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """The same for rich, which would list the fields otherwise."""
        return []
