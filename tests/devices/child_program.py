"""A child that misbehaves on demand: run by `urna.devices.child.Children` in its own tests."""

import os
import stat
import time

from urna.devices.child_side import Limits, Refused, serve

LIMITS = Limits(memory_bytes=256 * 1024 * 1024, cpu_seconds=0)


def answer(question: bytes) -> bytes:
    """Does what the question names."""
    match question:
        case b"refuse":
            raise Refused
        case b"crash":
            os.abort()
        case b"exit":
            os._exit(0)
        case b"fill":
            return b"%d" % len(bytes(2**30))
        case b"write":
            with open(os.environ.get("TMPDIR", "/tmp") + "/written", "wb") as file:  # noqa: PTH123, S108 - a plain program
                file.write(b"personal")
        case b"burn":
            while True:
                pass
        case b"sleep":
            time.sleep(3600)
        case b"print":
            os.write(1, b"noise of a library")
            os.write(2, b"and of another")
        case b"missing":
            import urna.no_such_module  # type: ignore[import-not-found] # noqa: F401, PLC0415
        case b"who":
            return str(os.getpid()).encode()
        case b"pipes":
            return str(sum(_is_pipe(number) for number in range(64))).encode()
        case b"secret":
            return os.environ.get("URNA_TEST_SECRET", "none").encode()
    return question[::-1]


def _is_pipe(number: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False


if __name__ == "__main__":
    serve(answer, LIMITS, anew=False)
