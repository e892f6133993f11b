"""Sounds: rate and length by their headers, within bounds, and what a folder or table proposes."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.dataset.propose import Proposal, propose
from kerasmith.dataset.sounds import Header, header_of
from kerasmith.errors import KerasmithError
from tests.samples import draws

RNG = np.random.default_rng(0)


def write(path: Path, seconds: float, rate: int = 8000, channels: int = 1, form: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = RNG.normal(scale=0.1, size=(round(seconds * rate), channels))
    soundfile.write(path, wave, rate, form or None)
    return path


def class_folders(root: Path) -> None:
    for label in ("cat", "dog"):
        for number in range(20):
            rate = 16_000 if number == 7 else 8000
            seconds = 3.0 if number == 9 else 1 + number / 100
            write(root / label / f"{number}.{'flac' if number % 2 else 'wav'}", seconds, rate)


def input_of(proposal: Proposal) -> dict[str, object]:
    (found,) = proposal.tables["inputs"]
    return dict(found)


# === Headers ===


@pytest.mark.parametrize(
    ("form", "ending"),
    [
        *((each, "wav") for each in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
        *((each, "wav") for each in ("ULAW", "ALAW")),
        *((each, "flac") for each in ("PCM_S8", "PCM_16", "PCM_24")),
    ],
)
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_a_header_says_what_libsndfile_says(
    form: str, ending: str, channels: int, tmp_path: Path
) -> None:
    path = write(tmp_path / f"a.{ending}", 0.375, 16_000, channels, form)
    told = soundfile.info(path)
    header = header_of(path)
    assert (header.rate, header.channels) == (told.samplerate, told.channels)
    assert header.seconds == pytest.approx(told.duration)


def wav(tag: int = 1, channels: int = 1, rate: int = 8000, size: int = 16_000) -> bytes:
    """Return a WAV file whose header says so; behind it are 1,000 samples of 16 bits."""
    told = struct.pack("<HHIIHH", tag, channels, rate, 2 * rate & 0xFFFFFFFF, 2, 16)
    parts = (b"RIFF", b"\xff\xff\xff\xff", b"WAVEfmt ", struct.pack("<I", 16), told)
    return b"".join((*parts, b"data", struct.pack("<I", size), bytes(2000)))


def flac(rate: int = 8000, samples: int = 8000) -> bytes:
    """Return a FLAC file whose header says so, and next to nothing behind it."""
    packed = rate << 44 | 15 << 36 | samples
    return b"fLaC\x80\0\0\x22" + bytes(10) + struct.pack(">Q", packed) + bytes(16) + bytes(50)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff",
        b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 5000,
        b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\xff",
        wav(rate=0),
        wav(rate=2**32 - 1),
        wav(channels=0),
        wav(size=0),
        wav(tag=85, rate=0),
        b"fLaC",
        b"fLaC\x84\0\0\x22" + bytes(60),
        flac(rate=0),
        flac(samples=10**9),
        flac(samples=2**36 - 1),
        b"ID3\x04" + bytes(100),
    ],
    ids=lambda content: repr(content[:12] + content[22:30]),
)
def test_what_is_no_sound_or_claims_what_cannot_be_is_refused(
    content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises((ValueError, struct.error)):
        header_of(tmp_path / "a.wav")


def test_a_file_that_was_cut_or_claims_more_has_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(size=2**32 - 1))
    assert header_of(tmp_path / "a.wav") == Header(8000, 1, 1000 / 8000)


@draws(100, 1000)
@given(content=st.binary(max_size=80), start=st.sampled_from([wav(), flac(), b""]))
def test_any_bytes_are_a_header_or_refused(
    content: bytes, start: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.wav"
    path.write_bytes(start[: len(content)] + content)
    try:
        header = header_of(path)
    except (ValueError, struct.error):
        return
    assert 1000 <= header.rate <= 768_000
    assert header.seconds is None or header.seconds > 0


# === Proposals ===


def test_class_folders_of_sounds_are_an_audio_input_and_a_category(tmp_path: Path) -> None:
    class_folders(tmp_path)
    (tmp_path / "cat" / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "cat" / "song.mp3").write_bytes(b"ID3")
    proposal = propose(tmp_path)
    assert input_of(proposal) == {"name": "sound", "kind": "audio", "rate": 8000, "seconds": 1.2}
    (output,) = proposal.tables["outputs"]
    assert output == {"name": "label", "kind": "category", "classes": ["cat", "dog"]}
    (found,) = proposal.findings.columns
    said = " ".join((*found.notes, *proposal.findings.notes))
    assert "Rates differ: 8,000 Hz (38), 16,000 Hz (2); all are brought to 8,000 Hz." in said
    assert "Lengths differ, from 1 to 3 s: silence comes behind shorter ones; of 2 the" in said
    assert "1 of 41 looked at cannot be read and are left out: broken.wav" in said
    assert "1 sound ends in .mp3; left out" in said
    assert proposal.findings.broken == {tmp_path / "cat" / "broken.wav"}


def test_a_column_of_sound_files_is_an_audio_input(tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path / "calls" / f"{number}.flac", 0.5, 44_100, channels=2)
    rows = "".join(f"calls/{number}.flac,{'ab'[number % 2]}\n" for number in range(12))
    (tmp_path / "calls.csv").write_text(f"call,bird\n{rows}")
    proposal = propose(tmp_path / "calls.csv")
    assert input_of(proposal) == {"name": "call", "kind": "audio", "rate": 44_100, "seconds": 0.5}
    said = " ".join(proposal.findings.notes)
    assert "12 of 12 looked at have several channels, which are averaged." in said


def test_long_sounds_are_proposed_by_their_beginnings(tmp_path: Path) -> None:
    for label in ("a", "b"):
        write(tmp_path / label / "1.wav", 12.5, 1000)
    assert input_of(propose(tmp_path))["seconds"] == 10
    (found,) = propose(tmp_path).findings.columns
    assert "Each has 12.5 s, of which the first 10 are heard." in found.notes


def test_sounds_that_no_project_reads_are_told_with_what_to_do(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.mp3").write_bytes(b"ID3")
    with pytest.raises(KerasmithError) as caught:
        propose(tmp_path)
    (problem,) = caught.value.problems
    assert "2 sounds end in .mp3: a project reads WAV and FLAC." in problem.why
    assert "ffmpeg" in problem.try_
