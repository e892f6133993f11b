"""What a project says of its makers and of where it is tested, beside its model."""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from kerasmith.catalogue.value_types import ONE_LINE

PythonVersion = Literal["3.11", "3.12", "3.13"]

PYTHON_VERSIONS: tuple[PythonVersion, ...] = get_args(PythonVersion)
"""Those that the packages of a project are released for, the oldest first."""

USUAL_PYTHON = (PYTHON_VERSIONS[0], PYTHON_VERSIONS[-1])
"""What CI tests with where nobody says it."""

USUAL_RUNNER = "ubuntu-latest"

_END = r"(?![\s\S])"

_LICENSE = "[A-Za-z0-9][A-Za-z0-9 .+()-]{0,79}"

License = Annotated[
    str,
    Meta(
        pattern=f"^{_LICENSE}{_END}",
        description="An SPDX expression: Apache-2.0, MIT, LicenseRef-Acme.",
        examples=["Apache-2.0"],
    ),
]

OptionalLicense = Annotated[
    str, Meta(pattern=f"^({_LICENSE})?{_END}", description="An SPDX expression, or nothing.")
]

Author = Annotated[
    str,
    Meta(
        pattern=rf"(?=[^<>@\"\\]+( <[^<>@\"\\\s]+@[^<>@\"\\\s]+>)?{_END})(?:{ONE_LINE})",
        max_length=150,
        description="A name, and an address of e-mail in < and > behind it.",
        examples=["Ann Smith <ann@example.com>"],
    ),
]

Runner = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9][A-Za-z0-9._-]{{0,79}}{_END}",
        description="The label of a runner: letters, digits, dots, hyphens, underscores.",
        examples=["ubuntu-24.04"],
    ),
]

_HEADER = rf"(?![\s\S]*coding[:=])(?:{ONE_LINE})"

Header = Annotated[
    str,
    Meta(
        pattern=_HEADER,
        min_length=1,
        max_length=90,
        description="One line of up to 90 printable characters, without the #.",
        examples=["Copyright 2026 Acme"],
    ),
]

OptionalHeader = Annotated[
    str,
    Meta(
        pattern=rf"(?:{_HEADER})|^{_END}",
        max_length=90,
        description="One line of up to 90 characters, or nothing.",
    ),
]
