"""Verification: numbered checks over a public record, everything derived again from the signed papers."""
