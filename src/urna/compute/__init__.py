"""Many equal tasks on all cores."""
