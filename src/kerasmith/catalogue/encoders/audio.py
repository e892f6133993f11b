"""The encoders of sounds: each makes a mel spectrogram, and reads it as one of images does.

The spectrogram is `(batch, mels, frames)`, how loud each band of frequency is in each frame, in
decibels; with one channel it is an image. `keras.layers.MelSpectrogram` makes it in the model.
"""

from math import log2
from typing import Annotated, Any, ClassVar, NamedTuple, Self, cast

from msgspec import Meta, defstruct
from msgspec.structs import asdict

from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.encoders.image import Cnn, Inception, Mlp, Resnet, Vit
from kerasmith.catalogue.inputs import Audio, Image

WINDOW_SECONDS = 0.032
"""How long a window is about: pitch and the sounds of speech hardly change within."""

USUAL_MELS = 40
"""So few that each band of a usual window holds a frequency of the Fourier transform."""

AudioWindow = Annotated[
    int,
    Meta(
        ge=2,
        le=65_536,
        description="How many samples each frame of the spectrogram is made of: a power of two "
        "from 2 to 65,536.",
        examples=[512],
    ),
]

Hop = Annotated[
    int,
    Meta(
        ge=1,
        le=65_536,
        description="How many samples lie between a frame of the spectrogram and the next: 1 to "
        "65,536, and no more than a window has.",
        examples=[256],
    ),
]

Mels = Annotated[
    int,
    Meta(
        ge=1,
        le=512,
        description="How many bands of frequency the spectrogram has: a whole number from 1 to "
        "512.",
        examples=[40],
    ),
]


class Spectrogram(NamedTuple):
    """The sizes of a mel spectrogram: window and hop in samples, and the number of mel bands."""

    window: int
    hop: int
    mels: int = USUAL_MELS

    def image(self, given: Audio) -> Image:
        """Return the spectrogram of a sound as an image: a row for each band, one channel."""
        return Image((self.mels, 1 + given.samples // self.hop, 1))

    def problem(self, given: Audio) -> str:
        """Say why Keras does not make it of a sound; empty where it does."""
        window, hop, samples = self.window, self.hop, given.samples
        if window & (window - 1):
            return f"A window of {window} samples is no power of two."
        if hop > window:
            return f"A hop of {hop} samples leaves some between windows of {window}."
        if window // 2 >= samples:  # what Keras puts before and behind, mirrored
            return f"A window of {window} samples is too long for {samples} samples."
        if (samples + 1) % hop == 0:
            return f"With {samples} samples and a hop of {hop} Keras takes one frame too many."
        return ""


def spectrogram_of(given: Audio) -> Spectrogram:
    """Return the sizes of a spectrogram that suit a sound: windows that overlap by half."""
    usual = 2 ** round(log2(given.rate * WINDOW_SECONDS))
    window = min(usual, 2 ** (given.samples.bit_length() - 1))
    hops = range(window // 2, 0, -1)
    return Spectrogram(window, next(hop for hop in hops if (given.samples + 1) % hop))


class _OfSpectrogram(Encoder[Any], frozen=True):
    """What an encoder of images becomes; its fields are those of both."""

    takes = Audio
    reserves_names = False
    of: ClassVar[type[Encoder[Image]]]
    """The encoder of images."""
    window: ClassVar[int]
    hop: ClassVar[int]
    mels: ClassVar[int]

    @classmethod
    def suited(cls, given: Audio) -> Self:
        sizes = spectrogram_of(given)
        return cls(**sizes._asdict(), **asdict(cls.of.suited(sizes.image(given))))

    def problem(self, given: Audio) -> str:
        return self._sizes.problem(given) or self.of.problem(self, self._sizes.image(given))

    def features(self, given: Audio) -> int:
        return self.of.features(self, self._sizes.image(given))

    def parameters(self, given: Audio) -> int:
        return self.of.parameters(self, self._sizes.image(given))

    @property
    def _sizes(self) -> Spectrogram:
        return Spectrogram(self.window, self.hop, self.mels)


def of_spectrograms(encoder: type[Encoder[Image]]) -> type[Encoder[Audio]]:
    """Return the encoder that reads a mel spectrogram as one of images reads an image."""
    does = (encoder.__doc__ or "").strip()
    made = defstruct(
        f"Audio{encoder.__name__}",
        [("window", AudioWindow), ("hop", Hop), ("mels", Mels, USUAL_MELS)],
        bases=(_OfSpectrogram, encoder),
        namespace={
            "__doc__": f"A mel spectrogram as an image: {does[0].lower()}{does[1:]}",
            "of": encoder,
            "unnamed_layers": (*encoder.unnamed_layers, "mel_spectrogram", "reshape"),
        },
        module=__name__,
        frozen=True,
        kw_only=True,
    )
    return cast("type[Encoder[Audio]]", made)


ENCODERS: tuple[type[Encoder[Any]], ...] = tuple(
    of_spectrograms(encoder) for encoder in (Cnn, Mlp, Resnet, Inception, Vit)
)
"""In the order of preference, as those of images."""
