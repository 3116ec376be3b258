"""Benchmarks: every figure that README and docs quote, each from a command that anyone can run."""
