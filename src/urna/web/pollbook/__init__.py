"""The poll book's face: what poll workers touch."""
