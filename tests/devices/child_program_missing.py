"""A child whose library is not installed."""

from importlib import import_module

from urna.devices.child_side import Limits, serve


def answer(question: bytes) -> bytes:
    """Looks for it."""
    return bytes([len(import_module("no_such_package_at_all").__name__ + str(len(question)))])


if __name__ == "__main__":
    serve(answer, Limits(memory_bytes=256 * 1024 * 1024, cpu_seconds=5), anew=False)
