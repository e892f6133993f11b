"""What the form of the data, and how they are read, can hold."""

import re
from collections.abc import Iterator

from msgspec import UNSET

from kerasmith.catalogue.endings import FOLDERS, form_of
from kerasmith.catalogue.inputs import CategoryInput, Table
from kerasmith.catalogue.outputs import Forecast
from kerasmith.errors import Problem, shortened
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.specification import DataSection, Input

_FOLDER = re.compile(r"[^./\\:*?\"<>|~][^/\\:*?\"<>|]*")
"""What a folder is called on any system."""


_IN_CLASS_FOLDERS = ("image", "audio")
"""The kinds of input that a folder for each class can hold."""


class FoldersHold(Agreement):
    """In class folders an example is one image or sound and one category, unordered."""

    name = "images-in-class-folders"
    instead = (
        "one image or sound and one category; for more, a table with a column that names the files"
    )
    example = "--input photo:image:8x8x1 --output age:number --set data.path=data/pets"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield what folders cannot say, or cannot be called."""
        if not (spec.data and _in_folders(spec.data)):
            return
        kinds = [part.kind.kind for part in spec.parts.values()]
        fit = any(kinds == [each, "category"] for each in _IN_CLASS_FOLDERS)
        if not fit or spec.data.split != "random":
            yield self.problem(
                spec,
                "data.path",
                f"Class folders cannot hold all of this: {', '.join(kinds)}, "
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
                    "In class folders, a class is called as its folder is.",
                    'a name without any of /\\:*?"<>| and without a dot at the beginning',
                )


class SplitsInFolders(Agreement):
    """Only class folders have folders of splits: training, and test or validation or both."""

    name = "folders-of-splits"
    instead = "data.train_folder and data.test_folder, with class folders in data.path"
    example = (
        "--input photo:image:8x8x1 --output kind:category:2 --set data.path=data/pets "
        "--set data.test_folder=test"
    )
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that folders of splits are named where there are none, or not all that it takes."""
        folders = spec.data.split_folders() if spec.data else {}
        if not spec.data or not folders:
            return
        path = f"data.{next(iter(folders))}_folder"
        if not _in_folders(spec.data):
            yield self.problem(
                spec, path, "A table has no folders of splits.", self.sentence, "data.split"
            )
        elif "train" not in folders or len(folders) < 2:
            what = f"A folder is named for {' and '.join(folders)} alone."
            yield self.problem(spec, path, what, self.sentence)
        elif len({*folders.values()}) < len(folders):
            what = f"One folder is named for two splits: {', '.join(folders.values())}."
            yield self.problem(spec, path, what, self.sentence)


class SplitsInFiles(Agreement):
    """A split has a table of its own only beside your table of the training split."""

    name = "files-of-splits"
    instead = "data.path, the table of the training split, and data.test_file beside it"
    example = "--input person:table:age --output rich:binary --set data.test_file=test.csv"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield which tables of splits cannot be read beside that of training."""
        files = spec.data.split_files() if spec.data else {}
        if not spec.data or not files:
            return
        split, name = next(iter(files.items()))
        if spec.data.path is UNSET or _in_folders(spec.data):
            held = "A folder of images" if spec.data.path else "Sample data"
            what = f"{held} cannot have a table of the {split} split."
            yield self.problem(spec, f"data.{split}_file", what, self.sentence)
            return
        for split, name in files.items():
            if form_of(name) != form_of(spec.data.path):
                yield self.problem(
                    spec,
                    f"data.{split}_file",
                    f"{shortened(name)} is of another form than {shortened(spec.data.path)}.",
                    "The tables of all splits are written alike.",
                )
        names = [spec.data.path.replace("\\", "/").rpartition("/")[2], *files.values()]
        if len({*names}) < len(names):
            what = f"One table is named for two splits: {', '.join(names)}."
            yield self.problem(spec, f"data.{split}_file", what, self.sentence)
        if "test" not in files and _in_time(spec):
            yield self.problem(
                spec,
                "data.validation_file",
                "In the order of time, validation has a table and the test split has none.",
                "The test split comes last, and would be taken from before it.",
                "data.test_file",
            )


class GroupsInTables(Agreement):
    """Rows are grouped by a column of the owner's own table, whose splits are drawn at random."""

    name = "groups-without-rows"
    instead = "no data.group; the column as an input, if the model should know it"
    example = "--input photo:image:8x8x1 --output kind:category:2 --set data.group=person"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that there are no such rows."""
        if not (spec.data and spec.data.group):
            return
        if held := _without_rows(spec):
            yield self.problem(
                spec, "data.group", f"{held} cannot be grouped by a column.", self.sentence
            )
        for each in spec.outputs.values():
            if spec.data.group in each.kind.columns_of(each.column or each.name):
                what = f"{shortened(spec.data.group)} is predicted and says of no row whose it is."
                yield self.problem(spec, "data.group", what, self.sentence)
        if any(spec.data.group in _categories(each) for each in spec.inputs.values()):
            what = f"{shortened(spec.data.group)} is a category that the model reads."
            why = "Its values in the test split would all be unknown to a model."
            yield self.problem(spec, "data.group", what, why)


def _without_rows(spec: Partial) -> str:
    """Return what the data are that are not rows drawn at random; empty where they are."""
    data = spec.data
    if data is None or data.path is UNSET:
        return "Sample data"
    if _in_folders(data):
        return "Images in class folders"
    forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs.values())
    return "The windows of a series" if forecast else "Rows in order" * (data.split != "random")


class SeriesOfForecasts(Agreement):
    """Only a forecast from your own table has several series, named by a column of their own.

    Each has a scale of its own, and a SavedModel is not told which series its numbers are of.
    """

    name = "series-without-forecast"
    instead = "no data.series, or a forecast from your own table with a column of names"
    example = "--input load:series:24x1 --output ahead:forecast --set data.series=shop"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield why rows are not of several series, or the column is another one."""
        if not (spec.data and spec.data.series):
            return
        name = spec.data.series
        features = spec.project.chosen_features() if spec.project else ()
        forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs.values())
        if spec.data.path is UNSET or _in_folders(spec.data) or not forecast:
            what = "Sample data are of one series." if forecast else "No output is a forecast."
            yield self.problem(spec, "data.series", what, self.sentence)
        elif "export" in features:
            yield self.problem(
                spec,
                "data.series",
                "A SavedModel cannot be asked about several series.",
                self.sentence,
                "the features onnx or serve, whose rows name the series, in the place of export",
            )
        columns = [
            column
            for each in spec.inputs.values()
            for column in each.kind.columns_of(each.column or each.name)
        ]
        told = dict.fromkeys(columns, "what the model reads")
        told |= {each.name: "what is predicted" for each in spec.outputs.values()}
        told |= {spec.data.time: "the time"} if spec.data.time else {}
        if name in told:
            what = f"{shortened(name)} is {told[name]} and cannot name series."
            yield self.problem(spec, "data.series", what, self.sentence)


class StreamsInOrder(Agreement):
    """Each row of a stream finds its split by itself: no forecast, order or folder of images."""

    name = "stream-out-of-order"
    instead = "stream = false, or rows whose split is drawn at random"
    example = "--input load:series:24x1 --output ahead:forecast --set data.stream=true"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that the data cannot be read as a stream, where they should be."""
        chosen = spec.project.chosen_features() if spec.project else ()
        if not spec.data or not (spec.data.stream or "stream" in chosen):
            return
        forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs.values())
        folders = _in_folders(spec.data)
        if forecast or folders or spec.data.split != "random":
            held = (
                "a forecast" if forecast else "a folder of images" if folders else "rows in order"
            )
            yield self.problem(
                spec,
                "data.stream" if spec.data.stream else "project.features",
                f"The data of {held} cannot be read as a stream.",
                self.sentence,
                spec.instead("data.stream", False) if spec.data.stream else "--without stream",
            )


class BalancedAtOnce(Agreement):
    """How rare a class is, which `balance` goes by, is counted in all rows; a stream has a few."""

    name = "balance-of-a-stream"
    instead = "data.stream = false, or balance = false"
    example = (
        "--input rec:table:age --output ill:binary --set data.stream=true "
        "--set outputs.ill.balance=true"
    )
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield which outputs should be balanced where rows come as a stream."""
        chosen = spec.project.chosen_features() if spec.project else ()
        if not spec.data or not (spec.data.stream or "stream" in chosen):
            return
        for path, output in spec.outputs.items():
            if getattr(output.kind, "balance", False):
                what = f"The classes of {output.name} cannot be balanced in a stream."
                yield self.problem(spec, f"{path}.balance", what, self.sentence)


def _in_time(spec: Partial) -> bool:
    """Say whether splits follow each other in time."""
    forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs.values())
    return forecast or (spec.data is not None and spec.data.split == "in-order")


def _in_folders(data: DataSection) -> bool:
    return data.path is not UNSET and form_of(data.path) == FOLDERS


def _categories(entry: Input) -> tuple[str, ...]:
    """Return the columns of categories that an input reads."""
    if isinstance(entry.kind, CategoryInput):
        return entry.kind.columns_of(entry.column or entry.name)
    columns = entry.kind.columns if isinstance(entry.kind, Table) else ()
    return tuple(each.name for each in columns if each.type == "category")
