"""The booth: waiting, choosing, reviewing, pending, printed; then cast, void or expired."""
