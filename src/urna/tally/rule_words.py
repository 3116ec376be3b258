"""What each rule of reconciliation asks for, in words, so that nobody has to read its short name."""

from collections.abc import Mapping

from urna.words import N_

RULE_WORDS: Mapping[str, str] = {
    "registered": N_("the poll book has as many electors as the roll committed before the day"),
    "roll_root": N_("the poll book's roll is the one committed before the day"),
    "identified_at_most_registered": N_("no more people identified than electors on the roll"),
    "every_outcome_counted": N_("the poll book gives a number for every outcome and every ending"),
    "admissions": N_("people identified and readmitted are as many as activations and withdrawals"),
    "endings": N_("every activation has one ending"),
    "overrides": N_("as many reasons for admitting without a match as people so admitted"),
    "override_codes": N_("as many override codes used as people admitted by override"),
    "readmissions": N_("no more people readmitted than had left without voting"),
    "cast_at_most_identified": N_("no more ballots cast than people identified"),
    "cast_by_booths_and_poll_book": N_("booths and poll book count the same ballots cast"),
    "booths": N_("the sheet lists the booths of the definition"),
    "zero_reports": N_("the sheet names the published zero report of each booth"),
    "styles": N_("the sheet lists the station's ballot styles, in order"),
    "cast_by_style": N_("ballot styles and booths give the same number of ballots cast"),
    "cast_at_most_electors_of_style": N_("no more ballots cast of a style than electors who have it"),
    "closed_after_opening": N_("the station closed after the polls opened"),
    "challenges_per_activation": N_("no more ballots challenged than the activations allow"),
    "contests": N_("the sheet lists the station's contests, in order"),
    "contest_ballots": N_("each contest has the ballots cast of the styles that hold it"),
    "secrecy_threshold": N_("votes are shown from the secrecy threshold on, and never below it"),
    "options": N_("each contest lists its options, in order"),
    "votes_and_undervotes": N_("votes and undervotes are as many as the ballots allow"),
    "votes_at_most_ballots": N_("no option has more votes than its contest has ballots"),
    "ballot_states": N_("the ballot list and the sheet count the same ballots cast, void and challenged"),
    "ballots_root": N_("the sheet signs the root of the ballot list"),
    "ballot_list": N_("there is one ballot list, and its root on the sheet"),
    "nonces": N_("the sheet of the closing proves every option once"),
    "opened": N_("contests stay closed only where guardians can open them"),
    "encrypted_ballots": N_("every listed ballot names what the definition asks"),
    "ballots_by_style": N_("the ballot list and the sheet count the same ballots of each style"),
}
"""By the rule's name; docs/verification.md gives the same as equations."""
