"""Sentences of a template said once, when it is compiled: a nation's pages would say each of them 60,000 times."""

from collections.abc import Iterator
from typing import cast

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from urna.words import Say

SAID = ("name", "lparen", "string", "rparen")
"""The kinds of the four tokens in `say('…')`."""


class Spoken(Extension):
    """Puts a sentence in the environment's language in the place of `say('…')`; any other `say(…)` stays."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens."""
        say = cast("Say", self.environment.globals["say"])
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if _is_sentence(held[-len(SAID) :]):
                held[-len(SAID) :] = [Token(held[-2].lineno, "string", say(held[-2].value))]
        yield from held


def _is_sentence(tokens: list[Token]) -> bool:
    return tuple(each.type for each in tokens) == SAID and tokens[0].value == "say"
