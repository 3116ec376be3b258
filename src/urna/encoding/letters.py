"""What of a person's name tells people apart."""

import unicodedata


def letters_of(name: str) -> str:
    """Letters and digits, however they are composed, spaced and cased.

    One person under two spellings, a space that nobody sees among them, would be two.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LMN")
