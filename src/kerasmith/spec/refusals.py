"""What is refused although every key by itself is right: the whole list.

A spec whose keys are well-formed is either refused for one of these reasons, or its model builds
and trains; the property tests hold the tool to that. `docs/reference.md` shows the list.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A combination that makes no sense: its name, why, and the nearest thing that works.

    `example` are flags that are refused for this reason.
    """

    name: str
    sentence: str
    instead: str
    example: str


NAMES = Refusal(
    "one-name-twice",
    "A name stands for one thing: an input, an output, a shared encoder, or a layer of one.",
    "another name",
    "--input photo:image:8x8x1 --output photo:binary",
)
COLUMNS = Refusal(
    "one-column-twice",
    "What goes in and comes out stands in one table, each column once. So no two tables of the "
    "same columns share an encoder.",
    "another name for the column, or the columns of both in one table",
    "--input person:table:age,height --output age:number",
)
VALUES = Refusal(
    "unclear-values",
    "Classes, labels, values and columns are told apart by their names; a number has no values.",
    "different names, no | in a label, values where the type is category",
    "--input photo:image:8x8x1 --output breed:category:boxer,boxer",
)
OWN_NAMES = Refusal(
    "columns-under-other-names",
    "A column is read once, and under a name that no other column has; a table and a forecast name "
    "the columns that they read themselves.",
    "no column key where the name will do, and another name where it meets a column's",
    "--input person:table:age --output years:number --set outputs.years.column=age",
)
FOLDERS_HOLD = Refusal(
    "images-in-class-folders",
    "A folder with a folder of images for each class holds one image and one category in each "
    "example, in no order.",
    "one image and one category; for more, a table with a column that names the images",
    "--input photo:image:8x8x1 --output age:number --set data.path=data/pets",
)
STREAMS = Refusal(
    "stream-out-of-order",
    "A stream is a table of which each row finds its split by itself: no forecast, no rows in the "
    "order of time, and no folder of images, of which only the names are kept in memory anyway.",
    "stream = false, or rows whose split is drawn at random",
    "--input load:series:24x1 --output ahead:forecast --set data.stream=true",
)
NEEDS = Refusal(
    "missing-kind",
    "A box is found in an image, a forecast in a series: an input of that kind must be there.",
    "an input of that kind, or number for what is no box and no forecast",
    "--input caption:text:20 --output place:box",
)
FORECAST_ALONE = Refusal(
    "forecast-beside-outputs",
    "With a forecast, an example is a window of one long table and what follows it; there is no "
    "row that could say something else.",
    "the forecast alone, or outputs of other kinds",
    "--input load:series:24x1 --output ahead:forecast --output alarm:binary",
)
FORECAST_WINDOWS = Refusal(
    "forecast-from-windows",
    "With a forecast, every input is a series, and all are windows of as many steps.",
    "series of the same number of steps",
    "--input load:series:24x1 --input site:category:north,south --output ahead:forecast",
)
SHARED_UNLIKE = Refusal(
    "sharing-unlike-inputs",
    "Inputs that share an encoder are of one kind and size, and name one encoder, knobs included.",
    "the same kind, size and encoder for each",
    "--input left:image:8x8x1 --input right:image:9x9x1 --share left,right --output same:binary",
)
SHARED_ONCE = Refusal(
    "sharing-by-name",
    "A shared encoder names inputs that are there, each of them once.",
    "the names of inputs, each in one group",
    "--input left:image:8x8x1 --input right:image:8x8x1 --share left,write --output same:binary",
)
OTHER_KIND = Refusal(
    "encoder-of-another-kind",
    "An encoder reads its own kind of input.",
    "an encoder of the input's kind",
    "--input photo:image:8x8x1=lstm --output breed:category:3",
)
MISFIT = Refusal(
    "encoder-does-not-fit",
    "The knobs of an encoder must leave something of the input, and agree with each other.",
    "fewer stages, a larger input, or the encoder without knobs",
    "--input photo:image:4x4x1=vit --set inputs.photo.patch=8 --output breed:category:3",
)
TOO_LARGE = Refusal(
    "too-many-parameters",
    "An encoder of more than a billion parameters is taken for a slip of the keyboard.",
    "a smaller size, or another encoder",
    "--input photo:image:2048x2048x3=mlp --output breed:category:3",
)
UNMERGED = Refusal(
    "merge-does-not-fit",
    "add, multiply and difference take features of one width, difference those of two inputs; one "
    "input leaves nothing to merge.",
    "concatenate",
    "--input photo:image:8x8x1 --output breed:category:3 --set model.merge=add",
)
OTHER_BACKEND = Refusal(
    "feature-of-another-backend",
    "Some features need a backend: of Keras' backends only JAX trains one model in several "
    "processes.",
    "the backend that the feature needs, or the project without it",
    "--input photo:image:8x8x1 --output breed:category:3 --with slurm",
)
NOT_SEQUENTIAL = Refusal(
    "no-sequential",
    "Only a linear stack can be a keras.Sequential.",
    "--api functional, or no --api",
    "--input photo:image:8x8x1 --output breed:category:3 --output place:box --api sequential",
)

REFUSALS: dict[str, Refusal] = {
    each.name: each
    for each in (
        NAMES,
        COLUMNS,
        VALUES,
        OWN_NAMES,
        FOLDERS_HOLD,
        STREAMS,
        NEEDS,
        FORECAST_ALONE,
        FORECAST_WINDOWS,
        SHARED_UNLIKE,
        SHARED_ONCE,
        OTHER_KIND,
        MISFIT,
        TOO_LARGE,
        UNMERGED,
        OTHER_BACKEND,
        NOT_SEQUENTIAL,
    )
}
