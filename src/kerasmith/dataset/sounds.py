"""Sounds: their rates and lengths, and which of them cannot be read.

The header of a file says both. It is read here, a few hundred bytes of each, and checked against
the size of the file: no library in C decodes what anybody may have made, and a browser needs none.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from math import ceil
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.file_forms import SOUNDS
from kerasmith.dataset.sample import unreadable
from kerasmith.errors import printable

MOST_OPENED = 3000
"""Sounds whose headers are read, of more evenly chosen ones."""

NEARLY_ALL = 0.95
"""The share of the sounds that are heard to their ends."""

LONGEST = 10.0
"""Seconds that are proposed at the most; a longer sound trains slowly."""

RATES = (1000, 768_000)
"""The lowest and the highest rate of a file that a project reads, in samples a second."""

MOST_CHUNKS = 1000
"""Of a WAV file, before its samples."""

PLAIN = (1, 3, 0xFFFE)
"""The formats of WAV whose samples have a fixed size: whole numbers, floating, and either."""

MOST_PACKED = 100_000
"""Samples for each byte of a FLAC file at the most: a block of silence has 65,535 in about ten."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself: samples a second, channels, and seconds, if it does."""

    rate: int
    channels: int
    seconds: float | None


@dataclass(frozen=True)
class Sounds:
    """What was seen of sounds: the proposed sizes, why, what is odd, and which are broken."""

    sizes: dict[str, Any]
    reason: str
    notes: tuple[str, ...]
    broken: frozenset[Path] = frozenset()


@dataclass
class _Heard:
    """What is counted of sounds while their headers are read."""

    rates: Counter[int] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    lengths: list[float] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)


def listen_to(paths: Sequence[Path], where: Path) -> Sounds:
    """Return the rate and the length that suit the sounds, and why.

    Raises KerasmithError where none can be read.
    """
    chosen = paths[:: max(1, len(paths) // MOST_OPENED)]
    heard = _Heard()
    for path in chosen:
        try:
            header = header_of(path)
        except (OSError, ValueError, struct.error):
            heard.broken.append(path)
            continue
        heard.rates[header.rate] += 1
        heard.channels[header.channels] += 1
        heard.lengths += [header.seconds] if header.seconds is not None else []
    if not heard.rates:
        why = f"None of {counted(len(chosen), 'sound')} can be read."
        raise unreadable(where, why, SOUNDS.save)
    rate = min(max(heard.rates.most_common(1)[0][0], 1000), 192_000)
    seconds = _length(heard.lengths)
    notes = tuple(_notes(heard, rate, seconds, len(chosen)))
    sizes = {"rate": rate, "seconds": seconds}
    return Sounds(sizes, f"{rate:,} Hz, {seconds:g} s", notes, frozenset(heard.broken))


def _length(lengths: Sequence[float]) -> float:
    """Return the seconds in which nearly all sounds end, in tenths, unless all are alike."""
    if not lengths:
        return 1.0
    by_length = sorted(lengths)
    covered = by_length[ceil(NEARLY_ALL * len(by_length)) - 1]
    if by_length[0] != by_length[-1] or covered != round(covered, 3):
        covered = ceil(covered * 10 - 1e-6) / 10
    return min(LONGEST, max(0.1, covered))


def _notes(heard: _Heard, rate: int, seconds: float, opened: int) -> Iterator[str]:
    if len(heard.rates) > 1:
        counts = ", ".join(f"{each:,} Hz ({n:,})" for each, n in heard.rates.most_common(4))
        yield f"Rates differ: {counts}; all are brought to {rate:,} Hz."
    if len({*heard.lengths}) > 1:
        low, high = (f"{each:.3g}" for each in (min(heard.lengths), max(heard.lengths)))
        longer = sum(each > seconds + 1e-6 for each in heard.lengths)
        cut = f"; of {longer:,} the end is cut" if longer else ""
        yield f"Lengths differ, from {low} to {high} s: silence comes behind shorter ones{cut}."
    elif heard.lengths and heard.lengths[0] > seconds:
        yield f"Each has {heard.lengths[0]:.3g} s, of which the first {seconds:g} are heard."
    if several := heard.channels.total() - heard.channels[1]:
        yield f"{several:,} of {opened:,} looked at have several channels, which are averaged."
    if broken := len(heard.broken):
        names = ", ".join(printable(path.name) for path in heard.broken[:3])
        more = " …" if broken > 3 else ""
        yield f"{broken:,} of {opened:,} looked at cannot be read and are left out: {names}{more}"


def header_of(path: Path) -> Header:
    """Return what a WAV or FLAC file says of itself.

    Raises ValueError where it is neither, holds nothing, or says what cannot be.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        form = file.read(4)
        header = _flac(file, size) if form == b"fLaC" else _wav(file, size, form)
    low, high = RATES
    if not (low <= header.rate <= high and header.channels and header.seconds != 0):
        raise ValueError("It is empty, or its rate is not that of a sound.")
    return header


def _wav(file: BufferedReader, size: int, form: bytes) -> Header:
    """Read chunks, each with a name and a size, up to the one that holds the samples."""
    if form not in (b"RIFF", b"RF64") or file.read(8)[4:] != b"WAVE":
        raise ValueError("It is neither WAV nor FLAC.")
    told = b""
    for _ in range(MOST_CHUNKS):
        name, length = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            break
        if name == b"fmt ":
            told = file.read(min(length, 16))
            length -= len(told)
        file.seek(length + length % 2, 1)
    else:
        raise ValueError("Its samples do not come.")
    tag, channels, rate, of_a_second, of_a_frame = struct.unpack("<HHIIH", told[:14])
    rate_of_bytes = rate * of_a_frame if tag in PLAIN else of_a_second
    there = min(length, size - file.tell())  # it may be cut, or claim more
    if rate_of_bytes <= 0 or there < of_a_frame:
        raise ValueError("It holds no samples.")
    return Header(rate, channels, there / rate_of_bytes)


def _flac(file: BufferedReader, size: int) -> Header:
    """Read the block that comes first, and always has the same form."""
    kind, *block = struct.unpack(">B3s10sQ16s", file.read(38))
    if kind & 0x7F or block[0] != b"\0\0\x22":
        raise ValueError("It does not begin as a FLAC file does.")
    packed = int(block[2])  # 20 bits, 3, 5 and 36: rate, channels, bits of a sample, samples
    rate, channels, samples = packed >> 44, (packed >> 41 & 7) + 1, packed & 0xF_FFFF_FFFF
    if size <= file.tell() or samples > size * MOST_PACKED or not rate:
        raise ValueError("It holds no samples, or claims more than it can.")
    return Header(rate, channels, samples / rate if samples else None)
