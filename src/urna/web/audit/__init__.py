"""The pages on which an audit works: a coordinator and boards, double entry, and what each round says."""
