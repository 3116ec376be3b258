"""The poll book: who may vote here, and the outcomes of identification."""
