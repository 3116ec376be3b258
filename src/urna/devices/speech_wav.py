"""Waves in memory: what a voice writes, cut, joined and given back as one WAV file.

All voices of espeak-ng speak 22,050 samples a second, of 16 bits, in one channel.
"""

import struct
from collections.abc import Sequence

import numpy as np

SAMPLES_PER_SECOND = 22_050
BYTES_PER_SAMPLE = 2
HEADER_BYTES = 44

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_QUIET = 200
"""Of 32,768: below this nobody hears anything."""
_PAUSE_SAMPLES = SAMPLES_PER_SECOND // 8


class NotAWave(ValueError):
    """What was written is not a wave of this form."""


def wav(samples: bytes) -> bytes:
    """Samples behind a header that states their length.

    Piped espeak-ng states 2 GB, since it cannot know the length when it starts.
    """
    header = _HEADER.pack(
        *(b"RIFF", HEADER_BYTES - 8 + len(samples), b"WAVE"),
        *(b"fmt ", 16, 1, 1),
        *(SAMPLES_PER_SECOND, SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 8 * BYTES_PER_SAMPLE),
        *(b"data", len(samples)),
    )
    return header + samples


def samples_of(wave: bytes) -> bytes:
    """The samples of a wave, however long its header says it is.

    Raises:
        NotAWave: another form, or nothing in it.
    """
    header = wave[:HEADER_BYTES]
    if len(wave) <= HEADER_BYTES or _without_lengths(header) != _without_lengths(wav(b"")):
        raise NotAWave
    end = len(wave) - (len(wave) - HEADER_BYTES) % BYTES_PER_SAMPLE
    return wave[HEADER_BYTES:end]


def joined(waves: Sequence[bytes]) -> bytes:
    """Several waves as one, with an eighth of a second between them instead of each one's half second of silence."""
    parts = [samples_of(wave) for wave in waves]
    return wav(
        b"".join(
            [*(_without_silence(part) + bytes(_PAUSE_SAMPLES * BYTES_PER_SAMPLE) for part in parts[:-1]), parts[-1]]
        )
    )


def seconds_of(wave: bytes) -> float:
    """How long it sounds."""
    return len(samples_of(wave)) / (SAMPLES_PER_SECOND * BYTES_PER_SAMPLE)


def _without_lengths(header: bytes) -> bytes:
    return header[:4] + header[8:40]


def _without_silence(samples: bytes) -> bytes:
    """Without the silence at its end."""
    heard = np.flatnonzero(np.abs(np.frombuffer(samples, dtype="<i2").astype(np.int32)) > _QUIET)
    return samples[: (int(heard[-1]) + 1) * BYTES_PER_SAMPLE] if heard.size else b""
