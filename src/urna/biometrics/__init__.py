"""Fingerprints: images, templates, matching, the decision, and fingers that urna draws itself.

Arrays in, values out. Reading files, readers and the neural network stand behind ports (`capture`) that
`urna.devices` implements. Nothing here knows of ballots. docs/biometrics.md is the guided tour.
"""
