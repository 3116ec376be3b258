"""The voice: espeak-ng in a child process, and its twin."""

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from urna.devices import speech_process
from urna.devices.speech import (
    MAX_CHARACTERS,
    PROGRAM,
    SPEEDS,
    USUAL_WORDS_PER_MINUTE,
    VOICES,
    EspeakSpeaker,
    RecordingSpeaker,
    faster,
    plain_text,
    slower,
)
from urna.devices.speech_wav import SAMPLES_PER_SECOND, NotAWave, joined, samples_of, seconds_of, wav
from urna.errors import Malformed, OutOfOrder

PARAGRAPHS = {
    "en": (
        "Carefully check your printed ballot. Compare each name on the paper with the names on this screen. If one of "
        "them is wrong, choose to change it, and give the paper to a poll worker."
    ),
    "es": (
        "Revise con cuidado su papeleta impresa. Compare cada nombre del papel con los nombres de esta pantalla. Si "
        "alguno está mal, elija cambiar y entregue el papel a un miembro de la mesa."
    ),
}
CLOSING_SILENCE_SECONDS = 0.53
CALL = re.compile(r"\b(connect|execve|open|openat|creat|mkdir|rename|unlink|symlink|link)\(")

needs_espeak = pytest.mark.skipif(
    not Path(PROGRAM).exists(), reason="needs espeak-ng: sudo apt-get install espeak-ng (`make test` does it)"
)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with much else to do is no voice that hangs."""
    monkeypatch.setattr(speech_process.run, "__defaults__", (60.0,))


@needs_espeak
@pytest.mark.parametrize("language", VOICES)
def test_a_sentence_becomes_a_wave_that_states_its_true_length(language: str) -> None:
    """Piped espeak-ng states 2 GB; a browser that believes a header gets a right one."""
    wave = EspeakSpeaker().speak(PARAGRAPHS[language], language, 100)
    assert wave == wav(samples_of(wave))
    assert int.from_bytes(wave[40:44], "little") == len(wave) - 44
    assert np.abs(np.frombuffer(samples_of(wave), "<i2").astype(int)).max() > 10_000


@needs_espeak
@pytest.mark.parametrize("language", VOICES)
def test_each_speed_is_what_it_says(language: str) -> None:
    """VVSG 2.0, 7.1-K: 6 to 8 steps around 120 to 125 words a minute, from half to twice; here within 10 %."""
    words = len(PARAGRAPHS[language].split())
    heard = [
        words
        * 60
        / (seconds_of(EspeakSpeaker().speak(PARAGRAPHS[language], language, speed)) - CLOSING_SILENCE_SECONDS)
        for speed in SPEEDS
    ]
    wanted = [USUAL_WORDS_PER_MINUTE * speed / 100 for speed in SPEEDS]
    assert heard == pytest.approx(wanted, rel=0.10)
    assert heard == sorted(heard)
    assert 6 <= len(SPEEDS) <= 8


@needs_espeak
def test_the_pitch_stays_when_the_speed_changes() -> None:
    """The voice is asked to speak faster, and no wave is played faster (VVSG 2.0, 7.1-K)."""
    pitches = [_pitch(EspeakSpeaker().speak("a a a a a a a a", "es", speed)) for speed in (75, 100, 200)]
    assert max(pitches) / min(pitches) < 1.1


@needs_espeak
def test_a_short_sentence_is_spoken_in_a_tenth_of_a_second() -> None:
    """Of a processor; some 15 ms."""
    before = _spent_by_children()
    for _ in range(9):
        EspeakSpeaker().speak("Sus selecciones impresas, ¿son correctas?", "es", 100)
    assert (_spent_by_children() - before) / 9 < 0.15


def _spent_by_children() -> float:
    """Seconds of a processor, of all that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@needs_espeak
def test_the_longest_text_is_spoken_in_time() -> None:
    """Of a processor; also one of digits, which are many words each."""
    for text in ("elección " * (MAX_CHARACTERS // 9), "9" * MAX_CHARACTERS):
        before = _spent_by_children()
        EspeakSpeaker().speak(text, "es", 50)
        assert _spent_by_children() - before < speech_process.MAX_SECONDS


@needs_espeak
def test_what_espeak_takes_for_commands_is_spoken_or_left_out() -> None:
    """Phonemes in double brackets, control characters, and marks of SSML, of which <audio> would open a file."""
    speaker = EspeakSpeaker()
    plain = speaker.speak("Ana Pérez", "es", 100)
    assert speaker.speak("Ana\x01 Pérez\x00", "es", 100) == plain
    assert speaker.speak("[[Ana Pérez]]", "es", 100) == plain
    marked = speaker.speak('<audio src="/etc/hostname"/> Ana Pérez', "es", 100)
    assert seconds_of(marked) > seconds_of(plain)


@needs_espeak
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, to see what espeak-ng does")
def test_the_voice_writes_no_file_and_reaches_no_sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spoken selection exists in two pipes and in memory: seen at the system calls, under the real limits."""
    seen = tmp_path / "calls"
    watched = (
        shutil.which("strace") or "",
        "-f",
        "-s",
        "400",
        "-o",
        str(seen),
        "-e",
        "trace=%file,%network,memfd_create",
    )
    # The watcher must write its own file; the limits stand behind it, where they stand in front elsewhere.
    began = speech_process.limits
    monkeypatch.setattr(speech_process, "limits", lambda: (*watched, *began()))
    EspeakSpeaker().speak("Ana Pérez", "es", 100)
    calls = [line for line in seen.read_text().splitlines() if CALL.search(line)]
    assert len(calls) > 20
    assert not [line for line in calls if "Ana" in line]
    done = [line for line in calls if not re.search(r"= -1 E[A-Z]+", line)]
    assert not [line for line in done if re.search(r"O_CREAT|O_WRONLY|O_RDWR|creat\(|mkdir|rename|link\(", line)]
    assert not [line for line in done if "connect(" in line]


def test_the_kernel_lets_the_voice_write_no_file() -> None:
    """The limits of the child, as it reads them itself: no byte of a file, no core file, no core to a program."""
    limits = speech_process.run(["/bin/cat", "/proc/self/limits"], "").decode()
    assert re.search(r"Max file size +0 +0 ", limits)
    assert re.search(r"Max core file size +1 +1 ", limits)
    environment = speech_process.run(["/usr/bin/env"], "").decode()
    assert dict(line.split("=") for line in environment.split()) == speech_process.ENVIRONMENT


def test_a_program_that_tries_to_write_a_file_fails(tmp_path: Path) -> None:
    """The file may come to be; not a byte of the text gets into it."""
    with pytest.raises(speech_process.NoVoice):
        speech_process.run(["/usr/bin/tee", str(tmp_path / "leak")], "Ana Pérez")
    assert (tmp_path / "leak").read_bytes() == b""


def test_a_voice_that_hangs_is_killed_and_the_error_tells_nothing(tmp_path: Path) -> None:
    """What was spoken stands in no message, no argument and no error behind the error."""
    with pytest.raises(speech_process.NoVoice) as caught:
        speech_process.run(["/bin/sh", "-c", "cat; exec sleep 60"], "Ana Pérez", seconds=0.3)
    assert caught.value.args == ()
    assert caught.value.__suppress_context__
    assert "sleep\x0060" not in _arguments_of_all()


@pytest.mark.parametrize("program", ["/nonexistent/espeak-ng", "/bin/false", "/bin/true", "/bin/echo"])
def test_without_a_voice_the_booth_is_told_so(program: str) -> None:
    """Missing, failing, silent, or another program: audio is off, and the day goes on."""
    speaker = EspeakSpeaker(program)
    assert not speaker.is_available()
    with pytest.raises(OutOfOrder, match="Call a poll worker") as caught:
        speaker.speak("Ana Pérez", "es", 100)
    assert "Ana" not in str(caught.value)


@needs_espeak
def test_espeak_is_available() -> None:
    """It was asked to speak in each language."""
    assert EspeakSpeaker().is_available()


@pytest.mark.parametrize("speaker", [EspeakSpeaker(), RecordingSpeaker()])
@pytest.mark.parametrize(
    ("text", "language", "speed"),
    [("", "es", 100), ("\x00 \n", "es", 100), ("a" * 2001, "es", 100), ("a", "fr", 100), ("a", "es", 101)],
)
def test_what_no_screen_says_is_refused(
    speaker: EspeakSpeaker | RecordingSpeaker, text: str, language: str, speed: int
) -> None:
    """Nothing, too much, another language, another speed."""
    with pytest.raises(Malformed):
        speaker.speak(text, language, speed)


def test_speeds_step_up_and_down_and_end() -> None:
    """From each to the next; the last one stays."""
    assert [faster(each) for each in SPEEDS] == [*SPEEDS[1:], SPEEDS[-1]]
    assert [slower(each) for each in SPEEDS] == [SPEEDS[0], *SPEEDS[:-1]]


def test_the_text_is_left_as_it_is() -> None:
    """Accents, marks and signs are the voice's business."""
    assert plain_text("¿Núñez & <Hijos>?") == "¿Núñez & <Hijos>?"


def test_joined_waves_have_a_short_pause() -> None:
    """The half second of silence at an end becomes an eighth; the last wave keeps its own."""
    tone = (np.sin(np.arange(SAMPLES_PER_SECOND) / 10) * 9_000).astype("<i2").tobytes()
    silence = bytes(SAMPLES_PER_SECOND)
    both = joined([wav(tone + silence), wav(tone + silence)])
    assert seconds_of(both) == pytest.approx(1 + 0.125 + 1 + 0.5, abs=0.01)
    assert seconds_of(joined([wav(silence), wav(tone)])) == pytest.approx(1.125, abs=0.01)


@pytest.mark.parametrize(
    "wave", [b"", b"RIFF", wav(b""), b"MIDI" + wav(b"12")[4:], wav(b"12").replace(b"\x01\x00", b"\x02\x00")]
)
def test_what_is_no_wave_of_this_form_is_not_joined(wave: bytes) -> None:
    """Empty, cut, of another kind, or in stereo."""
    with pytest.raises(NotAWave):
        samples_of(wave)


def test_the_twin_remembers_and_says_nothing() -> None:
    """A short wave, and what was asked."""
    twin = RecordingSpeaker()
    assert seconds_of(twin.speak("Votar", "es", 150)) == pytest.approx(0.1, abs=0.01)
    assert twin.asked == [("Votar", "es", 150)]
    assert twin.is_available()


def _pitch(wave: bytes) -> float:
    """The strongest frequency between 60 and 300 Hz in the first tenth of a second, by autocorrelation."""
    samples = np.frombuffer(samples_of(wave), "<i2").astype(float)[: SAMPLES_PER_SECOND // 10]
    echo = np.correlate(samples, samples, "full")[len(samples) - 1 :]
    shortest, longest = SAMPLES_PER_SECOND // 300, SAMPLES_PER_SECOND // 60
    return SAMPLES_PER_SECOND / (shortest + int(np.argmax(echo[shortest:longest])))


def _arguments_of_all() -> str:
    """The arguments of every process."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and int(each.name) != os.getpid():
            try:
                found.append((each / "cmdline").read_text(errors="replace"))
            except OSError:
                continue
    return "\n".join(found)


def test_the_voice_speaks_where_no_core_file_is_allowed_at_all() -> None:
    """A booth's process may have lowered its own limit for good; its child must not ask for more."""
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "from urna.devices.speech import EspeakSpeaker\n"
        "raise SystemExit(not EspeakSpeaker().is_available())"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
