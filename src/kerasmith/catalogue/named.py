"""Entries of the catalogue by name: kerasmith's own, then those of plug-ins.

Looking for plug-ins takes longer than a small command. So it is done where a name is none of
kerasmith's own, or where a list is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import TypeVar

T = TypeVar("T")


class Named(MutableMapping[str, T]):
    """The entries of one family, in order; `known` are those that no plug-in is read for."""

    def __init__(self, family: str, entries: Mapping[str, T]) -> None:
        self.family = family
        self.known: dict[str, T] = dict(entries)
        self.own: tuple[str, ...] = tuple(entries)
        """The names of kerasmith's own."""

    def __getitem__(self, name: str) -> T:
        if name not in self.known:
            _look_for_plugins()
        return self.known[name]

    def __setitem__(self, name: str, entry: T) -> None:
        self.known[name] = entry

    def __delitem__(self, name: str) -> None:
        del self.known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield kerasmith's own first; whoever stops at one of them waits for no plug-in."""
        first = list(self.known)
        yield from first
        _look_for_plugins()
        yield from [name for name in self.known if name not in first]

    def __len__(self) -> int:
        _look_for_plugins()
        return len(self.known)

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of the names that there are, each once, in the order of the catalogue."""
        wanted = {name for name in names if name in self}
        return tuple(name for name in self.known if name in wanted)


def _look_for_plugins() -> None:
    from kerasmith.catalogue.plugins import found  # which knows every family

    found()
