"""What changed between two states of a project."""

from hypothesis import given
from hypothesis import strategies as st

from kerasmith.web.difference import changed_files, lines_between

texts = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map("\n".join)


def test_files_are_new_changed_or_gone() -> None:
    before, after = {"same": "1", "old": "1", "gone": "1"}, {"same": "1", "old": "2", "new": "1"}
    assert changed_files(before, after) == {"gone": "gone", "new": "new", "old": "changed"}


@given(before=texts, after=texts)
def test_the_runs_lead_back_to_the_text_of_before(before: str, after: str) -> None:
    lines = after.splitlines()
    for run in reversed(lines_between(before, after)):
        lines[run["at"] : run["at"] + run["added"]] = run["removed"]
    assert lines == before.splitlines()
