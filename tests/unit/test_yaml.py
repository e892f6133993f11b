"""The record of a project is written by libyaml as Copier's filter writes it."""

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kerasmith.catalogue.recipe_folders import templates_dir
from kerasmith.render.jinja import environment
from kerasmith.testing.random_specs import texts

VALUES = st.recursive(
    st.one_of(texts, st.text(max_size=120), st.booleans(), st.none(), st.integers(), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=12,
)


@example(record={"": 1})
@example(record={"\r": []})
@example(record={"said": "a dog \U0001f415"})
@given(record=st.dictionaries(st.text(max_size=12), VALUES, min_size=1, max_size=3))
def test_any_record_is_written_as_copiers_filter_writes_it(record: dict[str, object]) -> None:
    written = environment(templates_dir()).filters["to_nice_yaml"](record)
    assert written == yaml.dump(record, indent=4, allow_unicode=True, default_flow_style=False)
