"""How a number of things is said: 1 row, 2 rows, 12,000 rows."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with what is counted: `counted(2, "row")` is "2 rows".

    `one` and `many` may go on with what is said of it: "row repeats", "rows repeat". Without
    `many`, an s makes the plural.
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
