"""The booth's face: what a voter touches, reads and hears."""
