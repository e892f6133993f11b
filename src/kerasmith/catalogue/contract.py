"""The contract between the catalogue and the templates: which macros a part has, and what for.

Each macro takes `(each, plan)`: the input, output, encoder or merge that it is about, as the plan
records it, and the whole plan. A macro that is not required may be left out; `templates/project/`
asks for it where it is there. A part of a feature has *slots* instead: those that some file of a
project asks for. Names that begin with `_` are a part's own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Macro:
    """What a macro writes, and the file of a project that it serves."""

    file: str
    says: str
    required: bool = True


def _may(file: str, says: str) -> Macro:
    return Macro(file, says, required=False)


CONTRACT: dict[str, dict[str, Macro]] = {
    "inputs": {
        "config": Macro("config.py", "the fields of an encoder that reads it: sizes, values"),
        "shape": Macro("model.py", "the shape of one example, in terms of the config"),
        "tensor": Macro("model.py", "what the tensor holds, in words"),
        "first_layers": _may("model.py", "the layers that an encoder of images begins with"),
        "noun": _may("README.md", "what a file of it holds, in a word"),
        "forms": _may("data/README.md", "the forms of its files, in words"),
        "endings": _may("data.py", "the endings of its files, a set"),
        "example_file": _may("README.md", "some files of its sample data"),
        "packages": _may("pyproject.toml", "the packages that read its files, a line each"),
        "column": Macro("data/README.md", "its columns in words, a row of a table each"),
        "missing": Macro("data/README.md", "what is made of missing values, in words"),
        "columns": Macro("data.py", "its columns in code"),
        "read": Macro("data.py", "the array of all rows"),
        "read_helpers": Macro("data.py", "functions that this needs, each written once"),
        "read_modules": _may("data.py", "imports of Python's own modules that these need"),
        "read_imports": _may("data.py", "imports of other packages that these need"),
        "fit": _may("data.py", "what is learned from the training split, an entry of `fit`"),
        "open": _may("data.py", "how a file is read, where it reads files; FILE is its place"),
        "augment": _may(
            "augmentation.py", "the lines that change it at random, as `seed` says, in `inputs`"
        ),
        "augment_helpers": _may("augmentation.py", "functions that these need"),
        "known": _may("predict.py", "which cells are known, an entry for each column"),
        "flat": Macro("compare.py", "its array as one line of numbers for each row"),
        "flat_helpers": Macro("compare.py", "functions that this needs"),
        "served": Macro("export.py", "the raw value in words"),
        "signature": Macro("export.py", "the raw value's shape and type"),
        "read_raw": Macro("export.py", "the array of raw values, by TensorFlow alone"),
        "lookup": _may("export.py", "the layer of Keras that looks values up"),
        "served_helpers": _may("export.py", "functions that reading raw values needs"),
        "plain": _may("export.py", "whether a server takes its columns' names as they are"),
        "raw": Macro("tests/test_export.py", "the raw values of some rows"),
        "contract": _may("export_onnx.py", "how its array is made, in words and numbers"),
        "portable": _may("export_onnx.py", "the model, where ONNX has not all that reads it"),
        "portable_helpers": _may("export_onnx.py", "functions that this needs"),
        "exact": _may("export_onnx.py", "the layer that 8 bits would spoil, as Keras calls it"),
        "row": _may("serve.py", "its columns, and the type of each"),
        "serve": _may("serve.py", "the array of all rows, by NumPy and what the contract says"),
        "serve_helpers": _may("serve.py", "functions that this needs"),
        "asked": _may("tests/test_serve.py", "the cells of some rows, where `raw` has others"),
        "sample": _may("sample.py", "made-up values that show the clues of the answers"),
        "sample_places": _may("sample.py", "what answers at its places are drawn of"),
        "sample_helpers": _may("sample.py", "functions that this needs"),
        "test_model": _may("tests/test_model.py", "what the model promises of it"),
        "test_data": _may("tests/test_data.py", "what its arrays promise"),
    },
    "outputs": {
        "config": Macro("config.py", "its fields: classes, sizes"),
        "units": Macro("model.py", "the units of its head, in terms of the config"),
        "tensor": Macro("model.py", "what the tensor holds, in words"),
        "loss": _may("model.py", "its loss in code, where Keras has none of that name"),
        "compiled_metric": _may("model.py", "its metric in code, in the same way"),
        "head": _may("model.py", "the layers behind its Dense, where there are some"),
        "head_helpers": _may("model.py", "classes that these need, each written once"),
        "after_training": _may("train.py", "the lines that change what was learned"),
        "train_helpers": _may("train.py", "functions that these need"),
        "train_imports": _may("train.py", "modules of other packages that these need"),
        "column": _may("data/README.md", "its columns in words, a row of a table each"),
        "read": Macro("data.py", "the labels of all rows"),
        "read_helpers": Macro("data.py", "functions that this needs, each written once"),
        "read_modules": _may("data.py", "imports of Python's own modules that these need"),
        "read_imports": _may("data.py", "imports of other packages that these need"),
        "fit": _may("data.py", "what is learned from the training split, an entry of `fit`"),
        "moved": _may("augmentation.py", "the line by which its label moves as its picture does"),
        "contrasted": _may("augmentation.py", "the line by which its contrast changes with it"),
        "moved_helpers": _may("augmentation.py", "functions that these need"),
        "metrics": Macro("evaluate.py", "its scores, an entry each"),
        "metrics_helpers": _may("evaluate.py", "functions that these need"),
        "metrics_imports": _may("evaluate.py", "what these and the picture need of scikit-learn"),
        "baseline": Macro("evaluate.py", "an answer that needs no model"),
        "baseline_function": _may("evaluate.py", "what is called with that to answer all rows"),
        "baseline_helpers": _may("evaluate.py", "functions that this needs"),
        "baseline_imports": _may("evaluate.py", "what these read of data.py"),
        "draw": Macro("evaluate.py", "its picture"),
        "plot": Macro("README.md", "that picture in words"),
        "answer": Macro("predict.py", "the answer to a row, an entry"),
        "answer_helpers": Macro("predict.py", "functions that this needs"),
        "forest": Macro("compare.py", "what a model of scikit-learn answers"),
        "rival": _may("compare.py", "what that is called, where it is neither trees nor a forest"),
        "a_rival": _may("compare.py", "the same in a sentence"),
        "served": Macro("export.py", "the answer in words"),
        "give": Macro("export.py", "the answer as a server gives it, an entry"),
        "contract": _may("export_onnx.py", "what else is said of its array"),
        "reply": _may("serve.py", "the answer to a row, an entry; what the model gives without"),
        "reply_helpers": _may("serve.py", "functions that this needs"),
        "sample": _may("sample.py", "made-up answers, and the clues that inputs show of them"),
        "sample_helpers": _may("sample.py", "functions that this needs"),
        "test_prediction": Macro("tests/test_model.py", "what is true of any prediction"),
        "test_answer": _may(
            "tests/test_predict.py", "the numbers of an `answer` that holds them by name, in order"
        ),
        "test_epochs": _may("tests/conftest.py", "how many epochs it takes to learn, if many"),
        "test_expected": _may("tests/test_predict.py", "what these are of a prediction"),
        "test_served": _may("tests/test_export.py", "what is asked of a server's other answers"),
        "test_best_epoch": _may("tests/test_train.py", "the lines that leave a loss as it was"),
        "test_shuffled": _may("tests/test_train.py", "the table's labels without their meaning"),
        "test_file": _may(
            "tests/test_predict.py", "that the file in an `answer` holds the prediction"
        ),
        "test_reply": _may("tests/test_serve.py", "that a reply holds what that file holds"),
        "test_predictions": _may("tests/test_predict.py", "what its answers promise besides"),
        "test_data": _may("tests/test_data.py", "what its labels promise"),
        "test_moved": _may("tests/test_augmentation.py", "that it moves as its picture does"),
        "lesson": _may("tests/test_lesson.py", "the labels of rows, worked out in another way"),
    },
    "encoders": {
        "config": Macro("config.py", "a field for each hyperparameter"),
        "helpers": Macro("model.py", "functions that it needs, each written once"),
        "body": Macro("model.py", "the lines that add its layers"),
        "network": _may("pretrained.py", "what keras.applications calls it, where it is of there"),
    },
    "merges": {
        "body": Macro("model.py", "the lines that lead from the features of all to `features`"),
        "helpers": _may("model.py", "functions that these need, each written once"),
    },
}
