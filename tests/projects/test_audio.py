"""Sounds in a project: what Keras makes of them, and files that somebody else made."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import pytest
import soundfile

from kerasmith.catalogue.encoders import default_encoder
from kerasmith.catalogue.encoders.audio import Spectrogram, spectrogram_of
from kerasmith.catalogue.inputs import Audio
from kerasmith.spec.recipes import load_recipe
from tests.projects.building import package_of
from tests.unit.dataset.test_sounds import flac, wav


@pytest.fixture(scope="module")
def data() -> Iterator[ModuleType]:
    with package_of(load_recipe("sounds").spec, "data") as modules:
        yield modules["data"]


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [(1000, 0.1), (1023, 0.25), (8000, 1.0), (22_050, 0.7), (44_100, 0.1), (16_383, 1.0)],
)
def test_keras_makes_a_spectrogram_of_the_size_that_the_catalogue_says(
    rate: int, seconds: float
) -> None:
    given = Audio(rate, seconds)
    sizes = spectrogram_of(given)
    assert not sizes.problem(given)
    layer = keras.layers.MelSpectrogram(
        sizes.window, sizes.hop, sampling_rate=rate, num_mel_bins=sizes.mels
    )
    shape = (1, *sizes.image(given).shape[:2])
    assert layer(np.zeros((1, given.samples), "float32")).shape == shape
    assert tuple(layer.compute_output_shape((1, given.samples))) == shape
    encoder = default_encoder(given).suited(given)
    assert not encoder.problem(given)


@pytest.mark.parametrize(
    ("window", "hop", "why"),
    [
        (300, 100, "no power of two"),
        (64, 65, "leaves some between"),
        (256, 128, "too long for 100 samples"),
        (64, 1, "one frame too many"),
    ],
)
def test_a_spectrogram_that_keras_does_not_make_is_refused(window: int, hop: int, why: str) -> None:
    assert why in Spectrogram(window, hop).problem(Audio(1000, 0.1))


def test_a_tone_is_in_the_band_of_its_pitch_whatever_else_is_in_the_batch() -> None:
    with package_of(load_recipe("sounds").spec) as modules:
        model = modules["model"].build_model(modules["config"].Config())
    spectrogram = next(each for each in model.layers if "mel" in each.name)
    tone = 1e-3 * np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    bands = np.asarray(spectrogram(np.stack([tone, 1e3 * tone]).astype("float32")))
    assert np.argmax(bands[0, :, 30]) == np.argmax(bands[1, :, 30])
    np.testing.assert_allclose(bands[:1], spectrogram(tone[None].astype("float32")), atol=1e-3)
    assert bands.min() == pytest.approx(-50)


# === Files ===


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"RIFF", wav(rate=0), wav(rate=2**32 - 1), wav(channels=0), wav(size=0)),
        *(flac(rate=0), flac(samples=2**36 - 1), b"fLaC" + bytes(60)),
    ],
    ids=lambda content: repr(content[:12] + content[22:30]),
)
def test_hostile_files_are_refused_in_words(
    content: bytes, data: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises((ValueError, soundfile.LibsndfileError)) as caught:
        data.read_sound(tmp_path / "a.wav", 8000, 8000)
    assert str(caught.value)


def test_what_a_file_claims_is_not_believed(data: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(size=2**32 - 1))
    assert data.read_sound(tmp_path / "a.wav", 8000, 8000).shape == (8000,)


def test_sounds_that_hold_no_numbers_are_refused(data: ModuleType, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(800, np.nan), 8000, "FLOAT")
    with pytest.raises(ValueError, match="no number"):
        data.read_sound(tmp_path / "a.wav", 8000, 8000)


@pytest.mark.parametrize("rate", [4000, 11_025, 44_100, 48_000])
def test_a_sound_of_another_rate_keeps_its_pitch_and_nothing_too_high_comes_in(
    rate: int, data: ModuleType, tmp_path: Path
) -> None:
    time = np.arange(rate) / rate
    pitches = [440, *([7560] if rate > 16_000 else [])]  # 7,560 Hz would be heard as 440
    for number, pitch in enumerate(pitches):
        soundfile.write(tmp_path / f"{number}.flac", 0.5 * np.sin(2 * np.pi * pitch * time), rate)
    heard = [data.read_sound(tmp_path / f"{n}.flac", 8000, 8000) for n in range(len(pitches))]
    spectrum = np.abs(np.fft.rfft(heard[0]))
    assert np.argmax(spectrum) == 440
    assert all(np.abs(each[200:-200]).max() < 0.01 for each in heard[1:])
