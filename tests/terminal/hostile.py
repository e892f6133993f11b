"""Files that are damaged, huge or made to do harm, made for a test: some by hand, most fuzzed.

`files(folder, count)` writes about so many; the same number gives the same files.
"""

import io
import itertools
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

from tests.unit.saved_model.test_findings import SAVED, input_layer, layer, network, sequential

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 7, 10**18, 10**300, float("inf"), float("nan"), 3.5, "", "7", "x" * 5000,
    "\ud800\u202e\x1b[31m", [], [1], [10**9] * 2000, [[[]]], {}, {"a": {"b": 1}},
)  # fmt: skip

TABLE = "city,size,price,when\n" + "".join(
    f"{'Rome' if n % 3 else 'Bonn'},{n % 17},{n * 1.5},2024-01-{n % 28 + 1:02}\n" for n in range(90)
)


def files(folder: Path, count: int, seed: int = 0) -> Iterator[Path]:
    """Yield hostile files: all made by hand (of a small sample some), then fuzzed ones."""
    draw = random.Random(seed)
    step = 1 if count >= 500 else 15
    made = 0
    for name, content in itertools.islice(itertools.chain(by_hand(), odd_values()), 0, None, step):
        yield written(folder / name, content)
        made += 1
    sound = {path.name: path.read_bytes() for path in good(folder)}
    for number in range(max(0, count - made)):
        name = draw.choice(sorted(sound))
        yield written(folder / f"fuzzed-{number}-{name}", fuzzed(sound[name], draw))


def written(path: Path, content: bytes | str | Callable[[Path], None]) -> Path:
    if callable(content):
        content(path)
    else:
        path.write_bytes(
            content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        )
    return path


def fuzzed(content: bytes, draw: random.Random) -> bytes:
    """Return content in which bytes were changed, cut, repeated or swapped."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 20))):
        at, length = draw.randrange(len(data)), draw.choice((1, 4, 8, 200))
        change = draw.randrange(5)
        if change == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif change == 1:
            data[at : at + length] = bytes(draw.choice((0, 255, 65)) for _ in range(length))
        elif change == 2:
            del data[at : at + length]
        elif change == 3:
            data[at:at] = data[at : at + length] * draw.choice((1, 2, 50))
        else:
            data[at : at + 8] = draw.randbytes(8)
        if not data:
            break
    return bytes(data)


def good(folder: Path) -> Iterator[Path]:
    """Yield sound files of each form, as small as they come."""
    for name in ("pair-3.10.0.json", "pair-2.21.0.h5", "stack-2.21.0.json", "look-3.6.0.json"):
        yield Path(shutil.copy(SAVED / name, folder / name))
    text = (SAVED / "pair-3.3.3.json").read_bytes()
    yield written(folder / "pair.keras", zipped(**{"config.json": text, "metadata.json": b"{}"}))
    yield written(folder / "table.csv", TABLE)
    yield written(folder / "table.tsv", TABLE.replace(",", "\t"))
    yield written(folder / "table.parquet", packed(a=[1, 2, 3] * 30, y=["p", "q", "p"] * 30))
    yield written(
        folder / "arrays.npz", arrays(photo=np.zeros((30, 8, 8), "u1"), y=np.arange(30) % 3)
    )


# === By hand ===


def by_hand() -> Iterator[tuple[str, bytes | str | Callable[[Path], None]]]:
    """Yield files of which each is hostile in a way of its own."""
    yield from models()
    yield from tables()
    yield "empty.npz", zipped()
    yield "no-data.npz", zipped(**{"y.npy": b"\x93NUMPY\x01\0"})
    yield "texts.npz", arrays(given=np.full((50_000,), "x" * 1000), y=np.arange(50_000) % 3)
    yield "complex.npz", arrays(given=np.zeros((30, 8, 8), "c16"), y=np.arange(30) % 3)
    yield "nan.npz", arrays(given=np.full((30, 8, 8), np.nan), y=np.arange(30) % 3)
    yield "no-rows.npz", arrays(given=np.zeros((0, 8)), y=np.zeros(0))
    yield "no-axes.npz", arrays(given=np.zeros(()), y=np.zeros(()))
    yield "wide.npz", arrays(given=np.zeros((3, 200_000)), y=np.arange(3))
    yield "many.npz", arrays(**{f"a{number}": np.zeros(3) for number in range(999)})
    yield "twins.parquet", twins
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000), pa.array(["x" * 1_000_000]))
    yield "dictionary.parquet", packed(text=texts, y=[0, 1] * 10_000)
    far = pa.array([2**62 // 10**6] * 50, pa.timestamp("ms"))
    yield "far.parquet", packed(when=far, y=[0, 1] * 25)
    yield "lists.parquet", packed(given=[[[1]] * 500] * 50, y=[0, 1] * 25)
    yield "none.parquet", packed()
    yield "wide.parquet", packed(**{f"c{number}": [1] for number in range(3000)})
    yield "photos", photos


def models() -> Iterator[tuple[str, bytes | str | Callable[[Path], None]]]:
    image = input_layer("given", 8)
    dense = {"class_name": "Dense", "config": {"units": 3}}
    node = '{"class_name":"Dense","name":"a","config":{"units":3},"inbound_nodes":[%s]}'
    calls = (
        json.dumps(network(image))
        .replace("]}", "]}")
        .replace(
            '"layers": [', '"layers": [' + node % ",".join(['[["given",0,0]]'] * 150_000) + ","
        )
    )
    yield "calls.json", calls
    yield "braces.json", '{"class_name": "Sequential", "config": [' + "{}," * 5_000_000 + "{}]}"
    yield "deep.json", '{"class_name": "Sequential", "config": ' + "[" * 10**6
    yield (
        "long.json",
        json.dumps(network(image, layer("a", "given", units=7))).replace("7", "7" * 4000),
    )
    yield (
        "axes.json",
        json.dumps(
            network(image, layer("a", "given", class_name="LayerNormalization", axis=[1] * 10**6))
        ),
    )
    yield "same.json", json.dumps(sequential(image, *[dense | {"name": "d"}] * 45_000))
    yield (
        "layers.json",
        json.dumps(sequential(image, *(dense | {"name": f"d{n}"} for n in range(45_000)))),
    )
    yield "ends.json", json.dumps(network(*(input_layer(f"i{n}", 3) for n in range(20_000))))
    yield (
        "text-times.json",
        json.dumps(
            network(
                image, layer("e", "given", class_name="Embedding", input_dim="x", output_dim=10**10)
            )
        ),
    )
    for name, value in (("empty", h5py.Empty("f4")), ("number", 7), ("braces", "[" * 60_000_000)):
        yield f"attribute-{name}.h5", with_attribute(value)
    for name, target in (
        ("zero", h5py.ExternalLink("/dev/zero", "/x")),
        ("users", h5py.ExternalLink("/etc/passwd", "/x")),
        ("nothing", h5py.SoftLink("/nothing")),
    ):
        yield f"link-{name}.h5", with_link(target)


def tables() -> Iterator[tuple[str, bytes | str | Callable[[Path], None]]]:
    yield "empty.csv", ""
    yield "nul.csv", b"a,b\n\0\0,1\n"
    yield "header.csv", "a,b\n"
    yield "quote.csv", 'a,y\n"' + "x" * 5_000_000
    yield "line.csv", "a,y\n1,2\n" + "x" * 60_000_000
    yield "cells.csv", "a,y\n" + "".join(f"{'1234 ' * 80_000},{n}\n" for n in range(60))
    yield "digits.csv", "a,y\n" + "".join(f"{'9' * 400_000},{n}\n" for n in range(40))
    yield "commas.csv", "," * 9_000 + "\n" + "x\n" * 400_000
    yield "columns.csv", ",".join(map(str, range(20_000))) + "\n1\n"
    yield "open.csv", "a,y\n" + '"x\n' * 200_000
    yield "surrogates.csv", "a,y\n" + "\ud800,1\n" * 50
    yield "utf-16.csv", ("a,y\n" + "1,2\n" * 50).encode("utf-16")[:-1]
    yield "control.csv", "\x1b[31m,y\n" + "1,\u202e\n2,b\n" * 50


def odd_values() -> Iterator[tuple[str, str]]:
    """Yield models in which an odd value is where Keras writes a size."""
    for number, value in enumerate(ODD):
        for class_name, keys in {
            "Dense": ("units", "name", "activation"),
            "Conv2D": ("filters", "kernel_size", "groups", "strides"),
            "Embedding": ("input_dim", "output_dim"),
            "LSTM": ("units", "return_sequences"),
            "LayerNormalization": ("axis", "scale"),
            "Bidirectional": ("layer",),
            "Reshape": ("target_shape",),
        }.items():
            for key in keys:
                odd = layer("a", "given", class_name=class_name) | {
                    "build_config": {"input_shape": value}
                }
                odd["config"] = odd["config"] | {key: value}
                config = network(input_layer("given", 8), odd, layer("b", "a", units=3))
                yield f"{class_name}-{key}-{number}.json", json.dumps(config)


# === Forms ===


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def arrays(**named: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **named)
    return buffer.getvalue()


def packed(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def twins(path: Path) -> None:
    column = pa.array([1, 2, 3])
    parquet.write_table(pa.table([column, column], names=["a", "a"]), path)


def with_attribute(value: Any) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        shutil.copy(SAVED / "stack-2.21.0.h5", path)
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = value

    return make


def with_link(target: Any) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        shutil.copy(SAVED / "stack-2.21.0.h5", path)
        with h5py.File(path, "r+") as file:
            file["model_weights/elsewhere"] = target

    return make


def photos(path: Path) -> None:
    """Make a folder of images, some of which are none and some huge."""
    for name in ("a", "b"):
        (path / name).mkdir(parents=True)
        Image.new("L", (2000, 2000)).save(path / name / "large.png")
        (path / name / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
        (path / name / "none.jpg").write_bytes(b"\xff\xd8\xff" + b"\xff" * 300)
        Image.new("1", (30_000, 10_000)).save(path / name / "bomb.png")
