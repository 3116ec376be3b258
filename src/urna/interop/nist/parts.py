"""The parts that NIST's documents are made of, as JSON has them: classes by name, absent attributes left out.

The formats share one model; a class has the name of its format before its own: `ElectionResults.Party` and
`BallotDefinition.Party` are the same class. Source: the JSON schemas of SP 1500-20 and SP 1500-100r2,
https://github.com/usnistgov/BallotDefinition and https://github.com/usnistgov/ElectionResultsReporting.
"""

from collections.abc import Mapping

import msgspec

from urna.encoding.canonical import Code

Part = dict[str, object]
"""An object of a document: its attributes by name."""

CODE = "urna-code"
"""What an external identifier says that holds a code of the definition."""


class Format:
    """Writes the parts of one of the formats.

    Args:
        name: what stands before the class: "ElectionResults", "BallotDefinition", "CVR".
        language: of names that the definition has in one language only.
    """

    def __init__(self, name: str, language: str) -> None:
        self.prefix = name
        self.language = language

    def part(self, kind: str, **attributes: object) -> Part:
        """An object of a class; attributes that are None or empty are left out, `id` is written `@id`."""
        found = {("@id" if name == "id" else name): value for name, value in attributes.items() if _is_there(value)}
        return {"@type": f"{self.prefix}.{kind}", **found}

    def name_of(self, words: str | Mapping[str, str]) -> str:
        """A text in the format's own language, or in the first that there is."""
        return words if isinstance(words, str) else words.get(self.language, next(iter(words.values())))

    def text(self, words: str | Mapping[str, str]) -> Part:
        """A text in one language, or in each of several, the format's own first."""
        texts = {self.language: words} if isinstance(words, str) else words
        order = sorted(texts, key=lambda code: code != self.language)
        strings = [self.part("LanguageString", Language=code, Content=texts[code]) for code in order]
        return self.part("InternationalizedText", Text=strings)

    def identifier(self, value: Code, meaning: str = CODE) -> list[Part]:
        """A list of one external identifier, which is what the formats ask for."""
        return [self.part("ExternalIdentifier", Type="other", OtherType=meaning, Value=value)]


def write_json(document: Part) -> bytes:
    """The document as a file: JSON in UTF-8, two blanks a level, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _is_there(value: object) -> bool:
    return value is not None and value not in ([], (), "")
