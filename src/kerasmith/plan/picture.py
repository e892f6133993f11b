"""The picture of a model: Mermaid for Markdown, lines of text for a terminal."""

from collections.abc import Iterator, Sequence

from kerasmith.plan.planned import Plan, PlannedEncoder, PlannedOutput


def mermaid(plan: Plan) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart; names are identifiers and need no quoting."""
    yield "flowchart LR"
    for encoder in plan.encoders:
        yield f'    {encoder.stem}_encoder["{"<br>".join(encoder_lines(encoder))}"]'
        for name in encoder.inputs:
            yield f'    {name}_in(["{name}<br>{encoder.kind} {size(encoder.shape)}"])'
            yield f"    {name}_in --> {encoder.stem}_encoder"
    if plan.merge:
        yield f'    features_of_all["{"<br>".join(merge_lines(plan))}"]'
        for encoder in plan.encoders:
            for _ in encoder.inputs:
                yield f"    {encoder.stem}_encoder --> features_of_all"
    source = "features_of_all" if plan.merge else f"{plan.encoders[0].stem}_encoder"
    if plan.trunk:
        parameters = f"{plan.trunk_parameters:,} parameters"
        yield f'    trunk_of_all["trunk<br>{plan.trunk} units<br>{parameters}"]'
        yield f"    {source} --> trunk_of_all"
        source = "trunk_of_all"
    for output in plan.outputs:
        yield f'    {output.name}_out(["{"<br>".join(output_lines(output))}"])'
        yield f"    {source} --> {output.name}_out"
        if output.compares:
            yield f"    {plan.inputs[0].name}_in --> {output.name}_out"


def size(shape: Sequence[int]) -> str:
    """Return a shape as people write it: 28×28×1."""
    return "×".join(map(str, shape))


def encoder_lines(encoder: PlannedEncoder) -> list[str]:
    """Return what is said of an encoder: what it is, what it gives, what it costs."""
    shared = ", shared" if len(encoder.inputs) > 1 else ""
    return [
        f"{encoder.encoder}{shared}",
        f"{encoder.features:,} features",
        f"{encoder.parameters:,} parameters",
    ]


def merge_lines(plan: Plan) -> list[str]:
    """Return what is said of a merge: what it is, and what it costs where that is something."""
    cost = [f"{plan.merge_parameters:,} parameters"] if plan.merge_parameters else []
    return [plan.merge, *cost]


def output_lines(output: PlannedOutput) -> list[str]:
    """Return what is said of an output."""
    many = f", {output.units}" if output.units > 1 and output.kind != "box" else ""
    if output.quantiles:
        many = f", {size((*output.label_shape, len(output.quantiles)))}"
    counted = output.parameters or not output.own_head  # or else those of the code that gives it
    cost = [f"{output.parameters:,} parameters"] if counted else []
    return [output.name, f"{output.kind}{many}", *cost]


def text_picture(plan: Plan, *, unicode: bool = True) -> list[str]:
    """Return the lines of the picture for a terminal: inputs on the left, outputs on the right."""
    rows = max(len(plan.inputs), len(plan.outputs))
    columns: list[dict[int, str]] = []
    input_rows = _spread(len(plan.inputs), rows)
    columns.append(
        {row: f"{i.name} {size(i.shape)}" for row, i in zip(input_rows, plan.inputs, strict=True)}
    )
    encoder_rows: list[int] = []
    joins: dict[int, str] = {}
    first = 0
    for encoder in plan.encoders:
        members = input_rows[first : first + len(encoder.inputs)]
        first += len(encoder.inputs)
        encoder_rows.append(members[len(members) // 2])
        joins |= _bracket(members, [encoder_rows[-1]])
    columns.append(joins)
    columns.append(
        {
            row: ", ".join(encoder_lines(encoder)[:2])
            for row, encoder in zip(encoder_rows, plan.encoders, strict=True)
        }
    )
    middle = [rows // 2]
    if plan.merge:
        columns.append(_bracket(encoder_rows, middle))
        columns.append({middle[0]: plan.merge})
        encoder_rows = middle
    if plan.trunk:
        columns.append(_bracket(encoder_rows, encoder_rows))
        columns.append({encoder_rows[0]: f"trunk {plan.trunk}"})
    output_rows = _spread(len(plan.outputs), rows)
    columns.append(_bracket(encoder_rows, output_rows))
    columns.append(
        {
            row: ", ".join(output_lines(output)[:2])
            for row, output in zip(output_rows, plan.outputs, strict=True)
        }
    )
    lines = [_line(columns, row) for row in range(rows)]
    return lines if unicode else [line.translate(_ASCII) for line in lines]


def tall_picture(plan: Plan, *, unicode: bool = True) -> list[str]:
    """Return the lines of the picture for a narrow terminal: from the top to the bottom."""
    shapes = {each.name: size(each.shape) for each in plan.inputs}
    lines = []
    for encoder in plan.encoders:
        given = ", ".join(f"{name} {shapes[name]}" for name in encoder.inputs)
        lines += [given, f"  → {', '.join(encoder_lines(encoder)[:2])}"]
    if plan.merge:
        lines.append(f"→ {plan.merge}")
    if plan.trunk:
        lines.append(f"→ trunk {plan.trunk}")
    lines += (f"→ {', '.join(output_lines(output)[:2])}" for output in plan.outputs)
    return lines if unicode else [line.translate(_ASCII) for line in lines]


_ASCII = str.maketrans("─│┌┐└┘├┤┬┴┼×→", "-|++++++++" + "+x>")


def _spread(count: int, rows: int) -> list[int]:
    """Return the rows of `count` things, in the middle of `rows`."""
    first = (rows - count + 1) // 2
    return [first + number for number in range(count)]


def _bracket(left: Sequence[int], right: Sequence[int]) -> dict[int, str]:
    """Return, row by row, the lines that lead from the left rows to the right rows."""
    ends = sorted({*left, *right})
    drawn = {}
    for row in range(ends[0], ends[-1] + 1):
        west, east = row in left, row in right
        up, down = row > ends[0], row < ends[-1]
        knot = _KNOTS[west, east, up, down]
        drawn[row] = ("──" if west else "  ") + knot + ("→" if east else " ")
    return drawn


_KNOTS = {
    (True, True, False, False): "─", (True, True, True, True): "┼",
    (True, True, True, False): "┴", (True, True, False, True): "┬",
    (True, False, True, True): "┤", (True, False, True, False): "┘",
    (True, False, False, True): "┐", (False, True, True, True): "├",
    (False, True, True, False): "└", (False, True, False, True): "┌",
    (False, False, True, True): "│",
}  # fmt: skip


def _line(columns: list[dict[int, str]], row: int) -> str:
    widths = [max(map(len, column.values())) for column in columns]
    cells = [
        column.get(row, "").ljust(width) for column, width in zip(columns, widths, strict=True)
    ]
    return " ".join(cells).rstrip()
