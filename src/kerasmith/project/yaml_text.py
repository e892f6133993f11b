"""Read YAML that anybody may have written, as plain values and in bounded time and memory.

A few bytes of YAML can stand for gigabytes, where an alias repeats what repeats another. Nothing
that is recorded needs one, so none is read; and how much there is, and how deep, is counted in the
stream of events, before a value is made of any.
"""

from itertools import islice

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST = 100_000
"""Keys, values and ends of a document at the most."""

DEEPEST = 12
"""Mappings and lists inside each other at the most."""


class Refused(ValueError):
    """The YAML is not plain values, or more of them than are read; the message says why."""


def parsed(text: str) -> object:
    """Return the values of a YAML text.

    Raises Refused, or YAMLError for what is no YAML.
    """
    depth = count = 0
    for event in islice(yaml.parse(text, Loader=_LOADER), MOST + 1):
        count += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused("It repeats parts of itself, by an anchor or an alias")
        if getattr(event, "tag", None):
            raise Refused("It names a type by a tag")
        if _counts_by_sixties(event):
            raise Refused("It holds a number of thousands of digits")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Refused("It is nested too deeply")
    if count > MOST:
        raise Refused("It says more than a project does")
    try:
        return yaml.load(text, Loader=_LOADER)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refused(f"It holds what is not a value: {error}") from error  # as 2024-02-30


def _counts_by_sixties(event: yaml.Event) -> bool:
    """Say whether a scalar is a long number like 1:30:00, which PyYAML takes minutes to add up."""
    value = getattr(event, "value", None) or ""
    return value.count(":") > 20 and not value.strip("+-_:.0123456789")
