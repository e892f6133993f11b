"""The kinds of output. Each fixes head, activation, loss, metric and label form together."""

from abc import abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, NamedTuple

from msgspec import Meta, Struct

from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.named import Named
from kerasmith.catalogue.value_types import ClassText, as_list_or_count, listed_or_counted, whole

Weight = Annotated[
    float,
    Meta(
        gt=0,
        le=1_000_000,
        description="How much this output's loss counts beside the others: above 0, 1 if left out.",
        examples=[2.0],
    ),
]

AMONG_SEVERAL = ("weight",)
"""The keys that mean nothing where an output is the only one."""


Balance = Annotated[
    bool,
    Meta(
        description="Whether rows of rare classes count more in training, so that all classes "
        "count the same; evaluate then leads with what each class alone reaches.",
        examples=[True],
    ),
]


Quantiles = Annotated[
    tuple[Annotated[int, Meta(gt=0, lt=100)] | Annotated[float, Meta(gt=0, lt=100)], ...],
    Meta(
        max_length=25,
        description="Which quantiles are predicted in the place of one value: up to 25 percentages "
        "above 0 and below 100, each higher than the one before. Between 10 and 90 are 80 % of "
        "what comes.",
        examples=[[10, 50, 90]],
    ),
]


class Learning(NamedTuple):
    """How an output is learned: its loss, its metric in training, and its score in `evaluate`.

    The metric is empty where the loss says it all.
    """

    loss: str
    metric: str
    score: str


class OutputKind(Struct, frozen=True, omit_defaults=True):
    """An output. The fields of a kind are the keys of its entry in `kerasmith.toml`."""

    kind: ClassVar[str]
    size_hint: ClassVar[str]
    size_asked: ClassVar[str] = "What size is {name}?"
    """The question for the size."""
    asked: ClassVar[Mapping[str, str]] = {}
    """The questions for options that are asked for, by their keys; others are said in the spec."""
    in_the_table: ClassVar[str]
    activation: ClassVar[str]
    loss: ClassVar[str]
    metric: ClassVar[str]
    """What Keras reports while training."""
    score: ClassVar[str]
    """What `evaluate` reports beside the baseline."""
    needs: ClassVar[str | tuple[str, ...]] = ""
    """The kind of input without which it makes no sense; of several, one is there."""
    reads: ClassVar[str] = "cells"
    """What the cells of its columns are: what they say, or `files`, the names of files."""
    answers: ClassVar[Extent] = Extent.ONCE
    """What it is an answer for: an example, or every place of the input that it needs."""
    backends: ClassVar[tuple[str, ...]] = ()
    """The backends that train it, where that is not all of them."""
    fitted: ClassVar[bool] = False
    """Whether something about it is learned from the training split: means and spreads."""
    layout: ClassVar[str] = "rows"
    """How its examples lie in the table: as `rows`, or as `windows` of one long series."""
    label_dtype: ClassVar[str] = "float32"
    stratifies: ClassVar[bool] = False
    """Whether each split gets as many of each of its answers as the others."""
    perfect: ClassVar[float] = 1.0
    """The best that `score` can be."""
    bar: ClassVar[float] = 0.2
    """How far a short training leads from the baseline to `perfect`, where nothing was measured."""

    may_lack_labels: ClassVar[bool] = False
    """Whether it is learned without its column, too."""
    calibrated: ClassVar[bool] = False
    """Whether `calibration` knows what to do with its probabilities, one answer for an example.

    Those of a softmax say a class. Of those of a sigmoid each says yes from a threshold on, which
    is fitted: the part asks `decided` of `parts/scores.jinja` for it.
    """

    weight: Weight = 1.0

    @staticmethod
    @abstractmethod
    def from_flag(size: str) -> dict[str, object]:
        """Return the keys that the text behind `NAME:KIND:` stands for, unchecked."""

    @abstractmethod
    def to_flag(self) -> str | None:
        """Return the text that `from_flag` reads back, or None where a flag cannot say it."""

    @classmethod
    def size_meant(cls, size: str) -> str:
        """Return what to try in the place of a size that does not work."""
        return cls.size_hint

    @classmethod
    def size_for(cls, name: str) -> str:
        """Return an example of a size for an output of that name, as a flag writes it."""
        return cls.size_hint

    @classmethod
    def kinds_needed(cls) -> tuple[str, ...]:
        """Return the kinds of input of which one must be there; none where any will do."""
        return tuple(filter(None, (cls.needs,) if isinstance(cls.needs, str) else cls.needs))

    def problem(self) -> str:
        """Say why these options do not work together; empty where they do."""
        return ""

    @property
    def learning(self) -> Learning:
        """How it is learned with these options."""
        return Learning(self.loss, self.metric, self.score)

    @property
    @abstractmethod
    def units(self) -> int:
        """How many numbers the head gives for one example."""

    @property
    def label_shape(self) -> tuple[int, ...]:
        """The shape of one label, without the batch axis; at every place the shape of one there."""
        return (self.units,)

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns of the data table that hold the output of that name."""
        return (name,)

    def holds_number(self, column: str) -> bool:
        """Say whether a column of the data table that it is read from holds numbers."""
        return False


Classes = Annotated[
    tuple[ClassText, ...],
    Meta(
        min_length=2,
        max_length=1000,
        description="The names of the classes, 2 to 1000 of them, each one line of "
        "1 to 200 printable characters.",
        examples=[["beagle", "boxer"]],
    ),
]


def twice(classes: tuple[str, ...]) -> str:
    """Say which class appears twice; empty where none does."""
    found = [name for name in classes if classes.count(name) > 1]
    return f"The class {found[0]!r} appears {classes.count(found[0])} times." if found else ""


def _balanced(learning: Learning) -> Learning:
    return learning._replace(score="balanced_accuracy")


class OfOneSize(OutputKind, frozen=True, omit_defaults=True):
    """A kind without a size; one that is said all the same is refused, as an unknown key."""

    size_hint = ""

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"size": size} if size else {}

    def to_flag(self) -> str:
        return ""


class Binary(OfOneSize, frozen=True, omit_defaults=True):
    """Yes or no, as a probability."""

    kind = "binary"
    calibrated = True
    stratifies = True
    in_the_table = "one column, 0 or 1"
    activation = "sigmoid"
    loss = "binary_crossentropy"
    metric = "accuracy"
    score = "accuracy"

    balance: Balance = False

    @property
    def learning(self) -> Learning:
        return _balanced(super().learning) if self.balance else super().learning

    @property
    def units(self) -> int:
        return 1


class OfClasses(OutputKind, frozen=True, omit_defaults=True, kw_only=True):
    """What has names to choose from, and a number for each of them."""

    classes: Classes

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"classes": listed_or_counted(size)} if size else {}

    def to_flag(self) -> str | None:
        return as_list_or_count(self.classes)

    def problem(self) -> str:
        return twice(self.classes)

    @property
    def units(self) -> int:
        return len(self.classes)


class Category(OfClasses, frozen=True, omit_defaults=True, kw_only=True):
    """One of several classes, with a probability for each."""

    kind = "category"
    calibrated = True
    label_dtype = "int32"
    stratifies = True
    size_hint = "cat,dog"
    size_asked = "What are the classes of {name}? Their names, or how many."
    in_the_table = "one column, the name of a class"
    activation = "softmax"
    loss = "sparse_categorical_crossentropy"
    metric = "accuracy"
    score = "accuracy"

    balance: Balance = False

    @property
    def learning(self) -> Learning:
        return _balanced(super().learning) if self.balance else super().learning

    @property
    def label_shape(self) -> tuple[int, ...]:
        return ()  # a class is its index


class Number(OutputKind, frozen=True, omit_defaults=True):
    """One or several numbers, scaled for training and answered in their own units."""

    kind = "number"
    perfect = 0.0
    size_hint = "3"
    size_asked = "How many numbers does {name} consist of?"
    in_the_table = "one column of numbers; for a size of 3, three (NAME_1 to NAME_3)"
    activation = "linear"
    loss = "mean_squared_error"
    metric = "mean_absolute_error"
    score = "mean_absolute_error"
    fitted = True

    size: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="How many numbers are predicted together: a whole number from 1 to 64.",
            examples=[3],
        ),
    ] = 1

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"size": whole(size)} if size else {}

    def to_flag(self) -> str:
        return "" if self.size == 1 else str(self.size)

    @property
    def units(self) -> int:
        return self.size

    def columns_of(self, name: str) -> tuple[str, ...]:
        numbers = range(1, self.size + 1)
        return (name,) if self.size == 1 else tuple(f"{name}_{number}" for number in numbers)

    def holds_number(self, column: str) -> bool:
        return True


class Multilabel(OfClasses, frozen=True, omit_defaults=True, kw_only=True):
    """Any number of labels at once, with a probability for each."""

    kind = "multilabel"
    calibrated = True
    size_hint = "red,round"
    size_asked = "What are the labels of {name}? Their names, or how many."
    in_the_table = "one column, labels joined by |"
    activation = "sigmoid"
    loss = "binary_crossentropy"
    metric = "binary_accuracy"
    score = "accuracy"

    def problem(self) -> str:
        joined = next((name for name in self.classes if "|" in name), "")
        return (
            f"The label {joined!r} holds a |, which joins labels." if joined else super().problem()
        )


class Forecast(OutputKind, frozen=True, omit_defaults=True):
    """The next values of a series, scaled for training and answered in their own units."""

    kind = "forecast"
    layout = "windows"
    perfect = 0.0
    size_hint = "12"
    size_asked = "How many steps ahead does {name} look?"
    asked = {"quantiles": "Which quantiles of {name} should be predicted, not one value?"}
    in_the_table = "nothing of its own: it looks ahead in the first column of the first series"
    activation = "linear"
    loss = "mean_squared_error"
    metric = "mean_absolute_error"
    score = "mean_absolute_error"
    needs = "series"
    fitted = True

    size: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            description="How many steps ahead are predicted: a whole number from 1 to 1000.",
            examples=[1],
        ),
    ] = 1
    quantiles: Quantiles = ()

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"size": whole(size)} if size else {}

    def to_flag(self) -> str:
        return "" if self.size == 1 else str(self.size)

    def problem(self) -> str:
        for lower, higher in pairwise(self.quantiles):
            if lower == higher:
                return f"The quantile {lower} is there twice."
            if lower > higher:
                return f"The quantile {higher} stands behind {lower}: they have to rise."
        return ""

    @property
    def learning(self) -> Learning:
        pinball = Learning("pinball_loss", "", "pinball_loss")
        return pinball if self.quantiles else super().learning

    @property
    def units(self) -> int:
        return self.size * max(1, len(self.quantiles))

    @property
    def label_shape(self) -> tuple[int, ...]:
        return (self.size,)

    def columns_of(self, name: str) -> tuple[str, ...]:
        return ()  # it looks ahead in the column of its input


class Box(OfOneSize, frozen=True, omit_defaults=True):
    """The box around an object in an image: left, top, right and bottom."""

    kind = "box"
    bar = 0.0  # boxes are found late, but no baseline finds any
    in_the_table = "four columns, NAME_left, NAME_top, NAME_right, NAME_bottom, as fractions"
    activation = "sigmoid"
    loss = "mean_squared_error"
    metric = "mean_absolute_error"
    score = "iou"
    needs = "image"

    @property
    def units(self) -> int:
        return 4

    def columns_of(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}_{side}" for side in ("left", "top", "right", "bottom"))

    def holds_number(self, column: str) -> bool:
        return True


class Mask(OfClasses, frozen=True, omit_defaults=True, kw_only=True):
    """A class for each pixel of an image, with a probability for each."""

    kind = "mask"
    bar = 0.1  # a few epochs are few for so many answers
    reads = "files"
    answers = Extent.EVERY_PLACE
    backends = ("tensorflow", "jax")  # PyTorch's gradient of a loss at each pixel is refused by it
    needs = "image"
    label_dtype = "uint8"
    size_hint = "ground,road"
    size_asked = "What are the classes of {name}, the one of pixel 0 first? Names, or how many."
    in_the_table = "one column, the name of an image file whose pixels are numbers of classes"
    activation = "softmax"
    loss = "sparse_categorical_crossentropy"
    metric = "accuracy"
    score = "mean_iou"

    def problem(self) -> str:
        if len(self.classes) > MOST_IN_A_PIXEL:
            return f"{len(self.classes)} classes; a pixel of a mask is a number from 0 to 255."
        return super().problem()

    @property
    def label_shape(self) -> tuple[int, ...]:
        return ()  # a class is its number


MOST_IN_A_PIXEL = 256


class Tags(OfClasses, frozen=True, omit_defaults=True, kw_only=True):
    """A tag for each word of a text, or for each step of a series, with a probability for each."""

    kind = "tags"
    answers = Extent.EVERY_PLACE
    needs = ("text", "series")
    label_dtype = "int32"
    size_hint = "O,name,place"
    size_asked = "What are the tags of {name}? Their names, or how many."
    in_the_table = (
        "for a text, one column with a tag for each word, blanks between them or as a list; for a "
        "series, one column naming a CSV file with a row a step and the tag in a column NAME"
    )
    activation = "softmax"
    loss = "sparse_categorical_crossentropy"
    metric = "accuracy"
    score = "macro_f1"

    @property
    def label_shape(self) -> tuple[int, ...]:
        return ()  # a tag is its index


class Picture(OutputKind, frozen=True, omit_defaults=True, kw_only=True):
    """Another picture of the same size: the image without its noise, say, or in colour."""

    kind = "picture"
    perfect = 0.0
    bar = 0.1  # as of masks
    reads = "files"
    answers = Extent.EVERY_PLACE
    needs = "image"
    size_hint = "1"
    size_asked = "How many channels has {name}: 1, which is grey, or 3, which is colour?"
    in_the_table = "one column, the name of an image file as large as the image that is read"
    activation = "sigmoid"
    loss = "mean_squared_error"
    metric = "mean_absolute_error"
    score = "mean_absolute_error"

    channels: Annotated[
        Literal[1, 3],
        Meta(description="Its channels: 1 (grey) or 3 (colour).", examples=[3]),
    ]

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"channels": whole(size)} if size else {}

    def to_flag(self) -> str:
        return str(self.channels)

    @property
    def units(self) -> int:
        return self.channels


class Anomaly(OfOneSize, frozen=True, omit_defaults=True):
    """How odd a row is, by a model that has learned from normal rows alone."""

    kind = "anomaly"
    answers = Extent.BOTTLENECK
    may_lack_labels = True
    bar = 0.25
    needs = "table"
    in_the_table = "one column, 1 for odd and 0 for normal; without it all rows count as normal"
    activation = "linear"
    loss = "mean_absolute_error"  # of the scores of normal rows, which are 0 at best
    metric = ""
    score = "roc_auc"

    @property
    def units(self) -> int:
        return 1


OUTPUT_KINDS: Named[type[OutputKind]] = Named(
    "outputs",
    {
        kind.kind: kind
        for kind in (
            *(Binary, Category, Multilabel, Number, Forecast, Box),
            *(Mask, Tags, Picture, Anomaly),
        )
    },
)
