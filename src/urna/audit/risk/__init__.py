"""Risk functions: from a sample, how likely such a sample would be if the outcome were wrong.

    martingale   numbers whose mean is tested: ALPHA, betting, Kaplan-Kolmogorov, with and without replacement
    bets         how much is staked on each draw: fixed, shrink-trunc, aGRAPA
    polling      slips without a report to compare: BRAVO, Wald's test
    comparison   slips against their records: Kaplan-Markov, super-simple
    batches      stations against their sheets: MACRO, ALPHA
    strata       several samples of one contest: SUITE, union-intersection

A risk is a number from 0 to 1, valid whenever the sampling stops. 0 is only ever the end of a full count, or of a
sample that leaves the null no room; a sample that leaves the outcome no room has risk 1, whatever went before.
Votes and margins come as whole numbers and fractions; logarithms are floating point, and no count depends on them.
"""
