"""The pages of results alone, in memory: what an edition shows without its record (see `web/results/names`).

Nothing is computed here that is not in the results: shares are only rounded for the eye, and say so by their
one decimal. The pages work without scripts, on paper, and on a small screen; the stations of a nation are spread
over the pages of its territories, so that none is too heavy for an old phone.
"""

from collections.abc import Mapping
from importlib.resources import files

from urna.election.definition import Election
from urna.tally.results import Results
from urna.web.results.lookup import Lookup
from urna.web.results.site import Site
from urna.words import Say

ASSETS = ("style.css", "icon.svg")
SEARCH_SCRIPT = "search/search.js"


def results_site(
    election: Election, results: Results, languages: Mapping[str, Say], record: str = "record"
) -> dict[str, bytes]:
    """The files of the results pages, without those that need the record: stations, search, incidents, tables.

    Args:
        election: the definition, with its identity.
        results: the edition to show.
        languages: how each language is spoken; the first is the one of index.html.
        record: the record's folder as seen from the pages, for their links and commands.

    Returns:
        Bytes by file name, all in one folder.
    """
    site = Site(Lookup(election, results), languages, record, now=results.issued_at)
    return {name: asset(name) for name in ASSETS} | {page.name: site.write(page) for page in site.pages()}


def asset(name: str) -> bytes:
    """A file that every site has as it is."""
    return (files("urna.web.results") / "templates" / name.rpartition("/")[2]).read_bytes()
