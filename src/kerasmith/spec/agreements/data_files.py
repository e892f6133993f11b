"""What the form of the data, and how they are read, can hold."""

import re
from collections.abc import Iterator

from msgspec import UNSET

from kerasmith.catalogue.endings import FOLDERS, form_of
from kerasmith.catalogue.outputs import Forecast
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.specification import DataSection

_FOLDER = re.compile(r"[^./\\:*?\"<>|~][^/\\:*?\"<>|]*")
"""What a folder is called on any system."""


class FoldersHold(Agreement):
    """A folder with a folder of images for each class holds one image and one category in each
    example, in no order.
    """

    name = "images-in-class-folders"
    instead = "one image and one category; for more, a table with a column that names the images"
    example = "--input photo:image:8x8x1 --output age:number --set data.path=data/pets"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield what folders cannot say, or cannot be called."""
        if not (spec.data and _in_folders(spec.data)):
            return
        kinds = [part.kind.kind for part in spec.parts.values()]
        if kinds != ["image", "category"] or spec.data.split != "random":
            yield self.problem(
                spec,
                "data.path",
                f"A folder of images cannot hold all of this: {', '.join(kinds)}, "
                f"split {spec.data.split}.",
                self.sentence,
            )
            return
        for path, output in spec.outputs.items():
            classes = getattr(output.kind, "classes", ())
            if odd := [each for each in classes if not _FOLDER.fullmatch(each)]:
                yield self.problem(
                    spec,
                    f"{path}.classes",
                    f"No folder is called {odd[0]!r}.",
                    "With images in class folders, a class is called as its folder is.",
                    'a name without any of /\\:*?"<>| and without a dot at the beginning',
                )


class StreamsInOrder(Agreement):
    """A stream is a table of which each row finds its split by itself: no forecast, no rows in the
    order of time, and no folder of images, of which only the names are kept in memory anyway.
    """

    name = "stream-out-of-order"
    instead = "stream = false, or rows whose split is drawn at random"
    example = "--input load:series:24x1 --output ahead:forecast --set data.stream=true"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that the data cannot be read as a stream, where they should be."""
        if not (spec.data and spec.data.stream):
            return
        forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs.values())
        folders = _in_folders(spec.data)
        if forecast or folders or spec.data.split != "random":
            held = (
                "a forecast" if forecast else "a folder of images" if folders else "rows in order"
            )
            yield self.problem(
                spec,
                "data.stream",
                f"The data of {held} cannot be read as a stream.",
                self.sentence,
                spec.instead("data.stream", False),
            )


def _in_folders(data: DataSection) -> bool:
    return data.path is not UNSET and form_of(data.path) == FOLDERS
