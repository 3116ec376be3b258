"""The same child, which answers each question in a process of its own."""

from tests.devices.child_program import LIMITS, answer

from urna.devices.child_side import serve

if __name__ == "__main__":
    serve(answer, LIMITS, anew=True)
