"""The words of the audit's pages for what the program names shortly."""

from collections.abc import Mapping

from urna.words import N_

ROLES: Mapping[str, str] = {"coordinator": N_("Coordinator"), "counter": N_("Counter")}

STAGES: Mapping[str, str] = {
    "waiting": N_("Waits"),
    "typed_once": N_("Typed once"),
    "different": N_("Two counts differ"),
    "decided": N_("Decided, waits for a counter"),
    "counted": N_("Counted"),
    "lost": N_("Lost"),
}

OUTCOMES: Mapping[str, str] = {
    "confirmed": N_("Confirmed"),
    "go_on": N_("Go on: not enough is read yet"),
    "full_count": N_("Every box has to be counted"),
    "refuted": N_("Refuted: the paper elects others"),
    "compared": N_("Compared"),
}

MEANINGS: Mapping[str, str] = {
    "confirmed": N_(
        "The paper elects those whom the results name, at the risk limit that was promised. The audit may stop."
    ),
    "counted": N_("Every box was counted, and the paper elects those whom the results name. The audit is over."),
    "go_on": N_(
        "Nothing is wrong by this alone: a sample as small as this one cannot say it yet. The next round reads more."
    ),
    "full_count": N_("No sample can say who won here. Count every box; then the paper decides."),
    "refuted": N_("Every box was counted, and the paper elects others than the results name. The paper decides."),
    "compared": N_("The boxes of the draw were compared with their sheets. The risk is stated; no limit was promised."),
}

METHODS: Mapping[str, str] = {
    "sample": N_("A sample to look at"),
    "share": N_("Hot audit: a share of each centre's boxes"),
    "macro": N_("Risk-limiting audit: boxes against their sheets"),
    "polling": N_("Risk-limiting audit: single slips from all boxes"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "role": ROLES,
    "stage": STAGES,
    "outcome": OUTCOMES,
    "meaning": MEANINGS,
    "method": METHODS,
}
