"""Data that nobody here made, as the files that people have: tables, images in folders, a series.

They come inside packages: scikit-learn's tables and digits, hourly temperatures of vega_datasets,
questions by topic of chatterbot_corpus. Nothing is fetched.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import yaml


@dataclass(frozen=True)
class RealData:
    """One set of data: what it is, how it is written to a folder, and what is asked of it."""

    name: str
    title: str
    write: Callable[[Path], Path]
    """Writes the files and returns the path to name after `--data`."""
    flags: tuple[str, ...]
    kinds: dict[str, str]
    """What kerasmith is to find in the columns that matter."""
    few: bool = False
    """Whether there are so few rows that the score of one split says nothing."""


def table(name: str, target: str = "target") -> Callable[[Path], Path]:
    """Return what writes one of scikit-learn's tables as CSV, with the names of its classes."""

    def write(folder: Path) -> Path:
        from sklearn import datasets

        found = getattr(datasets, f"load_{name}")(as_frame=True)
        frame = found.frame
        if "target_names" in found and name != "linnerud":
            frame["target"] = [found.target_names[number] for number in frame["target"]]
        path = folder / f"{name}.csv"
        frame.rename(columns={"target": target}).to_csv(path, index=False)
        return path

    return write


def few_of(name: str, rows: int) -> Callable[[Path], Path]:
    """Return what writes so many rows of a table, drawn by chance."""

    def write(folder: Path) -> Path:
        path = table(name)(folder)
        few = pd.read_csv(path).sample(rows, random_state=0)
        few.to_csv(path, index=False)
        return path

    return write


def digits(folder: Path) -> Path:
    """Write scikit-learn's digits as images, a folder for each digit."""
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    for number, (image, digit) in enumerate(zip(found.images, found.target, strict=True)):
        path = folder / "digits" / str(digit) / f"{number:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((image * 255 / 16).astype("uint8")).save(path)
    return folder / "digits"


def questions(folder: Path) -> Path:
    """Write what people ask, and the topic that it belongs to."""
    corpus = files("chatterbot_corpus") / "data" / "english"
    path = folder / "questions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["question", "topic"])
        for topic in ("ai", "coding", "emotion", "psychology", "trivia"):
            text = (corpus / f"{topic}.yml").read_text("utf-8")
            for each in yaml.safe_load(text)["conversations"]:
                rows.writerow([" ".join(str(each[0]).split()), topic])
    return path


def temperatures(folder: Path) -> Path:
    """Write the temperature of Seattle, hour by hour for a year."""
    path = folder / "seattle.csv"
    path.write_bytes((files("vega_datasets") / "_data" / "seattle-temps.csv").read_bytes())
    return path


def predicting(*columns: str, **more: Any) -> tuple[str, ...]:
    """Return the flags that say what to predict."""
    flags = [text for column in columns for text in ("--predict", column)]
    return (*flags, *(text for key, value in more.items() for text in (f"--{key}", str(value))))


REAL_DATA = (
    RealData(
        "iris", "150 irises of three species", table("iris", "Species"),
        predicting("Species"), {"petal width (cm)": "number", "Species": "category"},
    ),
    RealData(
        "wine", "178 wines of three growers", table("wine", "cultivar"),
        predicting("cultivar"), {"proline": "number", "cultivar": "category"},
    ),
    RealData(
        "breast-cancer", "569 breast tumours", table("breast_cancer", "diagnosis"),
        predicting("diagnosis"), {"mean radius": "number", "diagnosis": "category"},
    ),
    RealData(
        "diabetes", "442 people with diabetes, and how it went on", table("diabetes"),
        predicting("target"), {"bmi": "number", "target": "number"},
    ),
    RealData(
        "diabetes-20", "20 of these 442, drawn by chance", few_of("diabetes", 20),
        predicting("target"), {"bmi": "number", "target": "number"}, few=True,
    ),
    RealData(
        "linnerud", "20 men at the gym: three measures of their bodies from three exercises",
        table("linnerud"), predicting("Weight", "Waist", "Pulse"),
        {"Chins": "number", "Weight": "number", "Waist": "number", "Pulse": "number"},
        few=True,
    ),
    RealData(
        "digits", "1,797 handwritten digits, images in a folder for each digit", digits,
        (), {"image": "image", "label": "category"},
    ),
    RealData(
        "questions", "674 questions that people ask, of five topics", questions,
        predicting("topic"), {"question": "text", "topic": "category"},
    ),
    RealData(
        "seattle", "8,759 hourly temperatures of Seattle", temperatures,
        predicting("temp", history=24, horizon=3), {"temp": "number"},
    ),
)  # fmt: skip
