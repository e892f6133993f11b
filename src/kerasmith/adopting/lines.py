"""Lines of code that are no longer than a page is wide."""

from collections.abc import Iterator

WIDTH = 96

_PAIRS = {"(": ")", "[": "]", "{": "}"}


def laid_out(lines: list[str], indent: int) -> Iterator[str]:
    """Yield lines of code; the call in one that is too long gets a line for each argument."""
    for line in lines:
        yield from _exploded(f"{' ' * indent}{line}")


def _exploded(line: str) -> Iterator[str]:
    if len(line) <= WIDTH or (found := _first_call(line)) is None:
        yield line
        return
    start, end = found
    margin = " " * (len(line) - len(line.lstrip()) + 4)
    yield line[: start + 1]
    for argument in _arguments(line[start + 1 : end]):
        yield from _exploded(f"{margin}{argument},")
    yield from _exploded(margin[4:] + line[end:])


def _first_call(line: str) -> tuple[int, int] | None:
    """Return where the first bracket that holds something opens and closes."""
    opened: list[int] = []
    for place, character in _outside_of_text(line):
        if character in _PAIRS:
            opened.append(place)
        elif character in _PAIRS.values() and opened:
            start = opened.pop()
            if not opened and place - start > 1:
                return start, place
    return None


def _arguments(text: str) -> Iterator[str]:
    """Yield what is between the commas that are in no bracket and no text."""
    depth, begin = 0, 0
    for place, character in _outside_of_text(text):
        depth += (character in _PAIRS) - (character in _PAIRS.values())
        if character == "," and depth == 0:
            yield text[begin:place].strip()
            begin = place + 1
    if last := text[begin:].strip():
        yield last


def _outside_of_text(line: str) -> Iterator[tuple[int, str]]:
    quote, escaped = "", False
    for place, character in enumerate(line):
        if quote:
            if not escaped and character == quote:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character in "'\"":
            quote = character
        else:
            yield place, character
