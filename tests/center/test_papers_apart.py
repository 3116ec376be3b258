"""Which papers of an inbox are judged together."""

from urna.center.papers import Paper, PaperKind, apart


def paper(kind: PaperKind, number: int = 0) -> Paper:
    """Only what grouping looks at."""
    return Paper(kind, number, f"{kind.name}-{number}", b"")


def test_only_papers_that_need_each_other_are_judged_together() -> None:
    """Half of a key ceremony, or rules without their manifest, refuse nobody else's paper."""
    kinds = PaperKind
    every = [paper(kinds.CERTIFICATION, 1), paper(kinds.CERTIFICATION, 2), paper(kinds.COMMITMENT, 1)]
    every += [paper(kinds.COMMITMENT, 2), paper(kinds.COEFFICIENTS, 1), paper(kinds.JOINT_KEY), paper(kinds.DECISION)]
    every += [paper(kinds.AUDIT_MANIFEST), paper(kinds.AUDIT_RULES), paper(kinds.EXAMINATION)]
    assert [[each.name for each in group] for group in apart(every)] == [
        ["CERTIFICATION-1"],
        ["CERTIFICATION-2"],
        ["COMMITMENT-1", "COMMITMENT-2"],
        ["COEFFICIENTS-1", "JOINT_KEY-0"],
        ["DECISION-0"],
        ["AUDIT_MANIFEST-0", "AUDIT_RULES-0"],
        ["EXAMINATION-0"],
    ]
