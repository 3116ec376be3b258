"""Who asks for a page, by the cookie of the browser."""

from typing import Generic, NamedTuple, TypeVar

from urna.encoding.canonical import Hash
from urna.storage.centre_invitations import hash_of
from urna.web.frame import form_token

S = TypeVar("S")
R = TypeVar("R")


class Asking(NamedTuple, Generic[S, R]):
    """Somebody with a session, or nobody; S is what the pages know of a session, R what people's roles are."""

    pages: str
    """Their name: "desk", "audit"."""
    token: str = ""
    """Of the browser's cookie, good or not."""
    session: S | None = None
    who: str = ""
    """The name of whoever is signed in; empty for nobody."""
    role: R | None = None

    @property
    def key(self) -> Hash:
        """The hash of the token, by which the session is kept; empty for nobody."""
        return hash_of(self.token) if self.session else ""

    @property
    def form(self) -> str:
        """The token of this session's forms; no page of anybody else can know it."""
        return form_token(self.token, f"urna/{self.pages}/form/1") if self.session else ""
