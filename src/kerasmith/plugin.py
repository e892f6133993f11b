"""What a plug-in may import: this module, and no other of kerasmith.

    from kerasmith.plugin import Encoder, Filters, Flow, Image, Plugin, convolution

    PLUGIN = Plugin(contract=1, encoders=(Fire,), templates=Path(__file__).parent / "templates")

A package names its `Plugin` in the entry-point group `kerasmith.plugins`. What is here follows
semantic versioning: names and signatures change with a major version of kerasmith and another
`CONTRACT` only. Each class says which facts an entry states, and in which shapes its tensors are.

An entry never raises for what a user said: `problem` returns why something does not work, as a
sentence, and kerasmith reports it with its place. The methods that count (`features`,
`parameters`, `tensor_shape`, `units`) are asked only where `problem` is empty.
"""

from kerasmith.catalogue.encoders.base import (
    Blocks,
    DenseUnits,
    Embedding,
    Encoder,
    FilterCount,
    Filters,
    Heads,
    Window,
    convolution,
    dense,
    dense_stack,
    recurrent,
    transformer,
)
from kerasmith.catalogue.encoders.image import halvings
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import Feature
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import (
    Audio,
    CategoryInput,
    Image,
    InputKind,
    Series,
    Table,
    Text,
)
from kerasmith.catalogue.merges import Merge
from kerasmith.catalogue.outputs import OutputKind
from kerasmith.catalogue.plugin_type import CONTRACT, Plugin
from kerasmith.catalogue.value_types import (
    ClassText,
    ColumnText,
    Name,
    Share,
    Units,
    as_list_or_count,
    listed_or_counted,
    sizes_in,
    whole,
)

__all__ = [
    "CONTRACT",
    "Audio",
    "Blocks",
    "CategoryInput",
    "ClassText",
    "ColumnText",
    "DenseUnits",
    "Embedding",
    "Encoder",
    "Extent",
    "Feature",
    "FilterCount",
    "Filters",
    "Flow",
    "Heads",
    "Image",
    "InputKind",
    "Merge",
    "Name",
    "OutputKind",
    "Plugin",
    "Series",
    "Share",
    "Table",
    "Text",
    "Units",
    "Window",
    "as_list_or_count",
    "convolution",
    "dense",
    "dense_stack",
    "halvings",
    "listed_or_counted",
    "recurrent",
    "sizes_in",
    "transformer",
    "whole",
]
