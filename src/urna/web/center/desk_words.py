"""The words of the operators' pages for what the program names shortly."""

from collections.abc import Mapping

from urna.center.anomalies import AnomalyKind
from urna.words import N_

STANDINGS: Mapping[str, str] = {
    "pending": N_("Pending"),
    "received": N_("Received, not yet proven"),
    "proven": N_("Proven"),
    "replaced": N_("Replaced by a correction"),
    "quarantined": N_("Quarantined"),
    "not_opened": N_("Not opened"),
    "annulled": N_("Annulled"),
    "hand_count": N_("Hand-counted"),
}
"""How stations stand, in the order of a night."""

ROLES: Mapping[str, str] = {
    "chief": N_("Chief"),
    "operator": N_("Operator"),
    "observer": N_("Observer"),
    "auditor": N_("Auditor"),
}

VERDICTS: Mapping[str, str] = {
    "received": N_("Received"),
    "accepted": N_("Accepted"),
    "repeated": N_("Repeated"),
    "quarantined": N_("Quarantined"),
    "refused": N_("Refused"),
}

ACTS: Mapping[str, str] = {
    "zero_report": N_("Zero report"),
    "sheet": N_("Sheet received"),
    "held": N_("Not counted: public incident"),
    "proof": N_("Proof from the ballots"),
    "decision": N_("Decision of the authority"),
    "hand_count": N_("Hand count shown, counted by decision alone"),
    "kept": N_("Kept beside the sheet, unchecked"),
}
"""Acts of the journal on one station."""

ANOMALIES: Mapping[str, str] = {
    AnomalyKind.TURNOUT_OVER: N_("Turnout over 100 %"),
    AnomalyKind.TURNOUT_OUTLIER: N_("Turnout unlike its neighbours'"),
    AnomalyKind.BLANKS: N_("Surge of votes not given"),
    AnomalyKind.OUTCOMES: N_("Identifications unlike its neighbours'"),
    AnomalyKind.LATE: N_("Late"),
    AnomalyKind.PROFILE: N_("More people in a time than can be identified"),
}

OUTCOMES: Mapping[str, str] = {
    "match": N_("Finger matched"),
    "no_match": N_("Finger without a match"),
    "nothing_stored": N_("No finger stored"),
    "no_fingers": N_("No finger that can be read"),
    "poor_image": N_("Image too poor"),
}

KINDS: Mapping[str, str] = {
    "paper": N_("Hand over a document of the authority"),
    "edition": N_("Issue an edition of the results"),
    "finding": N_("Write down a finding"),
}

STATES: Mapping[str, str] = {
    "open": N_("Waits for a second person"),
    "withdrawn": N_("Withdrawn"),
    "confirmed": N_("Confirmed; being done"),
    "done": N_("Done"),
    "refused": N_("Refused by the centre's rules"),
}

PAPERS: Mapping[str, str] = {
    "decision": N_("Decision on a station"),
    "withdrawal": N_("Withdrawal of a candidate"),
    "revocation": N_("Revocation of keys"),
}

STATUSES: Mapping[str, str] = {"provisional": N_("provisional"), "final": N_("final")}

TRAIL: Mapping[str, str] = {
    "operator_added": N_("Account made"),
    "operator_invited": N_("New link"),
    "operator_blocked": N_("Account blocked"),
    "operator_unblocked": N_("Account unblocked"),
    "enrolled": N_("Password and codes set"),
    "enrolled_by_passkey": N_("Passkey set"),
    "passkey_added": N_("Passkey added"),
    "passkey_removed": N_("Passkey removed"),
    "passkey_refused": N_("Change of passkeys refused"),
    "passkey_copied": N_("Sign-in refused: the passkey may be a copy"),
    "password_changed": N_("Password changed"),
    "password_refused": N_("Change of password refused"),
    "page_refused": N_("Page refused: not of this role"),
    "signed_in": N_("Signed in"),
    "signed_in_again": N_("Signed in again, for a decision"),
    "signed_out": N_("Signed out"),
    "signed_out_everywhere": N_("Signed out everywhere"),
    "sign_in_refused": N_("Sign-in refused"),
    "proposed": N_("Proposed"),
    "confirmed": N_("Confirmed"),
    "withdrawn": N_("Withdrawn"),
    "done": N_("Done"),
    "refused": N_("Refused by the centre's rules"),
    "trail_exported": N_("Trail exported"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "standing": STANDINGS,
    "role": ROLES,
    "verdict": VERDICTS,
    "act": ACTS,
    "anomaly": ANOMALIES,
    "outcome": OUTCOMES,
    "kind": KINDS,
    "state": STATES,
    "paper": PAPERS,
    "status": STATUSES,
    "trail": TRAIL,
}
