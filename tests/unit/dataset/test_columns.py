"""What a column is taken for, and the words that say why: each detector, applies and does not."""

import pytest

from kerasmith.dataset.columns import as_kind, column
from kerasmith.dataset.facts import Finding, Habits, as_number
from kerasmith.dataset.target import Target, target
from kerasmith.dataset.written import as_date, plain_number

REVIEW = "the thing of {} was good and I buy it again"


def cells(*values: object, times: int = 20) -> list[str]:
    return [str(value) for value in values] * times


def of(*values: object, name: str = "thing", times: int = 20) -> Finding:
    return column(name, cells(*values, times=times))


def numbered(form: str, count: int = 100) -> list[str]:
    return [form.format(n * 11 % count) for n in range(count)]


@pytest.mark.parametrize(
    ("values", "kind", "reason"),
    [
        (["", "NA", "?"] * 10, "dropped", "dropped: nothing in 30 rows"),
        (["DE"] * 30, "dropped", "dropped: the one value 'DE' everywhere"),
        (["DE"] * 30 + [""], "dropped", "dropped: the one value 'DE' wherever there is one"),
        (cells("a", "b", "c"), "category", "category: 3 values in 60 rows"),
        (cells("yes", "no"), "category", "category: 'no' or 'yes'"),
        (cells("True", "False"), "category", "category: 'False' or 'True'"),
        (cells(1.5, 2, -3e2), "number", "number: numbers from -300 to 2"),
        (numbered("{}"), "number", "number: whole numbers from 0 to 99"),
        (cells(0, 1), "number", "number: whole numbers from 0 to 1"),
        (numbered("C-{}"), "dropped", "100 different values in 100 rows, looks like an identifier"),
        ([str(n) for n in range(344)], "dropped", "344 different values in 344 rows, looks like"),
        (numbered("photos/{}.png"), "image", "names of image files, such as 'photos/0.png'"),
        (numbered("2021-03-{:02}", 28), "date", "date: from 2021-03-01"),
        (numbered("{}.02.2021", 28)[1:], "date", "2021-02-27, as %d.%m.%Y"),
        (cells("a|b", "b", "c|a"), "multilabel", "multilabel: 3 labels, joined by |"),
        (numbered(REVIEW), "text", "text: about 11 words a row"),
        (numbered("€ {:,}.50"), "number", "numbers with a currency sign"),
        ([f"{n:,}" for n in range(1000, 9000, 77)], "number", "numbers with thousands separators"),
        ([f"{n},5" for n in range(40)], "number", "numbers with a decimal comma"),
        ([f"0,{n}" for n in range(120, 160)], "number", "numbers with a decimal comma"),
        ([f"{n} %" for n in range(40)], "number", "numbers with a percent sign"),
        ([f"{n} kg" for n in range(40)], "number", "numbers with a unit"),
        (
            [*map(str, range(60)), *map(chr, range(97, 123))],
            "dropped",
            "70% are numbers, others not",
        ),
    ],
)
def test_a_column_is_taken_for(values: list[str], kind: str, reason: str) -> None:
    found = column("thing", values)
    assert found.kind == kind, found
    assert reason in found.reason
    assert 0.5 <= found.confidence <= 1
    assert found.reason.startswith(kind)


def test_a_column_called_id_is_an_identifier_whatever_its_order() -> None:
    numbers = [str(n * 37 % 1009) for n in range(200)]
    assert column("customer_id", numbers).dropped
    assert column("customerId", numbers).dropped
    assert column("height", numbers).kind == "number"
    assert column("humid", numbers).kind == "number"


def test_numbers_that_are_all_different_are_no_identifier() -> None:
    assert column("weight", [f"{n / 7:.4f}" for n in range(200)]).kind == "number"
    assert column("year", [str(n * n) for n in range(200)]).kind == "number"


def test_missing_values_are_counted_and_said() -> None:
    found = column("age", ["34", "", "41", "n/a"] * 10)
    assert found.kind == "number"
    assert found.notes[0] == "20 of 40 values missing"


def test_a_few_words_among_numbers_count_as_missing_and_are_said() -> None:
    found = column("age", [*numbered("{}"), "unknown to us"])
    assert found.kind == "number"
    assert "1 of 101 is not a number, such as 'unknown to us'" in found.notes[0]


def test_numbers_that_could_be_categories_are_said_to_be_unsure() -> None:
    found = of(1, 2, 3, name="passenger class")
    assert (found.kind, found.confidence) == ("number", 0.7)
    assert "--input 'passenger class':category" in found.notes[0]


def test_how_numbers_are_to_be_written_is_said() -> None:
    assert "programs read 1234.5" in column("a", ["1.234,5", "2.234,5", "9.000,1"] * 9).notes[0]
    assert "programs read 1234" in column("a", ["1,234", "2,234", "900"] * 9).notes[0]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1_000", "0x10", "", "1e400", "twelve"])
def test_what_is_no_number_to_programs_is_none(text: str) -> None:
    assert as_number(text) is None


@pytest.mark.parametrize("text", ["2021-02-03", "2021-02-03T10:00:00+01:00", "3.2.2021 10:00"])
def test_dates_are_read(text: str) -> None:
    date = as_date(text)
    assert date is not None
    assert (date.year, date.month, date.day) == (2021, 2, 3)


@pytest.mark.parametrize("text", ["1.5", "20", "2021", "10-12", "version 3", "99.99.2021"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert as_date(text) is None


def test_the_words_of_a_text_are_counted() -> None:
    found = column("review", numbered(REVIEW))
    assert (found.length, found.vocabulary > 20) == (11, True)


def test_values_of_a_category_are_in_order() -> None:
    assert of("b", "a", "c").values == ("a", "b", "c")
    assert target("level", cells(10, 9, 8)).sizes["classes"] == ["8", "9", "10"]


# === Targets ===


@pytest.mark.parametrize(
    ("values", "kind", "sizes"),
    [
        (cells(0, 1), "binary", {}),
        (cells("yes", "no"), "category", {"classes": ["no", "yes"]}),
        (cells(0, 1, 2), "category", {"classes": ["0", "1", "2"]}),
        (cells("setosa", "virginica"), "category", {"classes": ["setosa", "virginica"]}),
        (numbered("{}.5"), "number", {}),
        (numbered("{}", 300), "number", {}),
        (cells("a|b", "b"), "multilabel", {"classes": ["a", "b"]}),
        (numbered(REVIEW), "", {}),
    ],
)
def test_a_target_is_taken_for(values: list[str], kind: str, sizes: dict[str, object]) -> None:
    found: Target = target("thing", values)
    assert (found.kind, dict(found.sizes)) == (kind, sizes), found


def test_few_different_numbers_in_few_rows_are_a_quantity() -> None:
    assert target("pulse", ["50", "52", "54", "56", "60"] * 4).kind == "number"


@pytest.mark.parametrize(
    ("name", "values", "note"),
    [
        ("pulse", cells(50, 52, 54), "if they stand for classes: --output pulse:category"),
        ("category", cells(50, 52, 54), "if they are quantities: --output category:number"),
        ("pulse", cells(50.5, 52, 54), None),
        ("grade", [*map(str, range(40)), *["not sure"] * 50], None),
        ("grade", ["by the column's name"] * 50, None),
    ],
)
def test_numbers_that_could_be_classes_say_how_to_have_them_so(
    name: str, values: list[str], note: str | None
) -> None:
    notes = target(name, values).notes
    assert [each for each in notes if each.startswith("if they")] == ([note] if note else [])


def test_imbalance_and_rare_classes_are_said() -> None:
    notes = target("churned", ["no"] * 95 + ["yes"] * 4 + ["maybe"]).notes
    assert any("imbalance: 95% are 'no'" in note for note in notes)
    assert any("2 of 3 classes in fewer than 5 rows" in note for note in notes)
    assert target("churned", ["no"] * 50 + ["yes"] * 50).notes == ()


@pytest.mark.parametrize("values", [("no", "yes"), ("0", "1")])
def test_rows_of_rare_classes_count_more_where_a_class_is_nearly_all(
    values: tuple[str, str],
) -> None:
    usual, rare = values
    assert target("churned", [usual] * 90 + [rare] * 10).sizes["balance"] is True
    assert "balance" not in target("churned", [usual] * 70 + [rare] * 30).sizes
    assert "balance" not in target("cost", ["0"] * 90 + ["1.5"] * 10, "number").sizes


def test_rows_without_an_answer_are_said() -> None:
    assert "2 rows have none" in target("label", ["a", "b"] * 20 + ["", "?"]).notes[0]


def test_the_owner_overrules() -> None:
    assert target("stars", cells(1, 2, 3), "number").kind == "number"
    assert target("height", numbered("{}", 30), "category").sizes["classes"][:2] == ["0", "1"]


# === Numbers as people write them, and words for nothing ===


@pytest.mark.parametrize(
    ("text", "mark", "plain"),
    [
        ("$3.742", ".", "3.742"),
        ("1.592,80", ",", "1592.80"),
        ("954,76", ",", "954.76"),
        ("1,234.5", ".", "1234.5"),
        ("-1 234,5 €", ",", "-1234.5"),
        ("2.5M", ".", "2.5e6"),
        ("19k", ".", "19e3"),
        ("10,000+", ".", "10000"),
        ("15 %", ".", "15"),
        ("3 kg", ".", "3"),
        ("8.4", ",", "8.4"),
        ("3 rooms, 2 baths", ".", "3 rooms, 2 baths"),
        ("k.A.", ",", "k.A."),
    ],
)
def test_a_number_as_people_write_it_is_one(text: str, mark: str, plain: str) -> None:
    assert plain_number(text, mark) == plain


def test_three_decimals_behind_a_point_are_decimals_unless_the_file_writes_commas() -> None:
    prices = ["$3.742", "$4.335", "$2.101"] * 10
    assert column("price", prices).written == "1,234.5"
    assert column("price", prices, Habits(decimal=",")).written == "1.234,5"


def test_words_among_numbers_as_people_write_them_are_said_and_counted_as_missing() -> None:
    found = column("rent", [f"{n}.{n:03},50" for n in range(100, 160)] + ["k.A."] * 5)
    assert (found.kind, found.stray) == ("number", ("k.A.",))
    assert "5 of 65 are not numbers, such as 'k.A.'" in found.notes[0]


def test_a_word_that_often_stands_for_no_number_does_not_make_them_text() -> None:
    found = column("size", [f"{n}M" for n in range(60)] + ["Varies with device"] * 20)
    assert (found.kind, found.stray) == ("number", ("Varies with device",))


def test_codes_with_many_letters_are_no_numbers() -> None:
    assert column("flat", [f"{n}{chr(97 + n % 26)}" for n in range(60)]).kind != "number"


def test_none_is_a_value_of_a_category_and_none_of_a_column_of_numbers() -> None:
    assert column("alley", ["None"] * 50 + ["Grvl", "Pave"] * 10).values == ("Grvl", "None", "Pave")
    assert column("size", ["None"] * 9 + [str(n * n) for n in range(50)]).kind == "number"
    said = Habits(missing=frozenset({"none"}))
    assert column("alley", ["None", "Grvl", "Pave"] * 9, said).values == ("Grvl", "Pave")


def test_what_stands_in_a_third_of_the_rows_of_a_target_is_a_class() -> None:
    found = target("disorder", ["None"] * 36 + ["Insomnia", "Apnea"] * 12)
    assert found.sizes["classes"] == ["Apnea", "Insomnia", "None"]
    assert "'None', in 36 rows" in found.notes[0]
    assert "--missing None" in found.notes[0]
    assert target("grade", ["NA"] * 30 + ["a", "b"] * 15).sizes["classes"] == ["NA", "a", "b"]
    rare = target("grade", ["NA"] * 5 + ["a", "b"] * 15)
    assert rare.sizes["classes"] == ["a", "b"]
    assert "5 rows have none ('NA')" in rare.notes[0]


# === What is asked to be predicted ===


def test_phrases_that_repeat_are_classes_however_long() -> None:
    species = [f"Some penguin of a long name ({'antarctica' * 5} {n})" for n in range(3)]
    assert target("Species", species * 30).sizes["classes"] == sorted(species)
    long = ["I strongly agree with every word of the statement", "I strongly disagree with that"]
    assert target("label", long * 30).kind == "category"


def test_numbers_that_count_up_can_be_predicted() -> None:
    assert target("price", [str(100 + n) for n in range(60)]).kind == "number"


def test_whole_numbers_with_gaps_are_classes_where_the_column_is_called_so() -> None:
    assert target("label", cells(2, 4)).sizes["classes"] == ["2", "4"]
    digits = cells(*(n for n in range(23) if n != 9))
    assert target("label", digits).kind == "category"
    found = target("rooms", cells(2, 4, 7))
    assert (found.kind, found.confidence) == ("number", 0.5)
    assert "--output rooms:category" in found.notes[0]


@pytest.mark.parametrize("form", ["{}", "['{}']", '["{}"]'])
@pytest.mark.parametrize("mark", [",", ";", "/"])
def test_several_labels_in_a_cell_are_found_by_their_mark(mark: str, form: str) -> None:
    some = [["Action"], ["Horror"], ["Comedy"], ["Action", "Comedy"], ["Horror", "Action"]]
    some += [["Comedy", "Horror"], ["Action", "Horror", "Comedy"]]
    inner = "', '" if form != "{}" and mark == "," else f"{mark} "
    found = target("genres", [form.format(inner.join(each)) for each in some] * 9)
    assert found.sizes["classes"] == ["Action", "Comedy", "Horror"]
    assert found.found[0].labels == mark
    assert "--output genres:category" in found.notes[0]


def test_towns_with_their_country_are_no_labels() -> None:
    towns = ["Ulm, Germany", "Bonn, Germany", "Lyon, France", "Paris, France", "Rome, Italy"]
    assert target("town", towns * 9).kind == "category"


def test_numbers_in_a_cell_and_contents_of_files_are_named_for_what_they_are() -> None:
    found = column("history", [f"10.{n} 11.{n} 12.{n} 13.{n}" for n in range(60)])
    assert (found.kind, "4 numbers in each cell" in found.reason) == ("dropped", True)
    assert "a column of its own" in found.notes[0]
    assert column("pixels", [f"[{n}, {n}, 3]" for n in range(60)]).dropped
    assert "bytes" in column("image", [f"{{'bytes': b'PNG{n}'}}" for n in range(60)]).reason


def test_dates_that_could_be_either_way_round_are_said_with_the_flag() -> None:
    both = column("when", [f"{n % 12 + 1:02}/{n * 5 % 12 + 1:02}/2021" for n in range(40)])
    assert (both.kind, both.form) == ("date", "%d/%m/%Y")
    (note,) = both.notes
    assert "--input when:date:%m/%d/%Y" in note
    one = column("when", [f"{n % 12 + 1:02}/{n % 28 + 1:02}/2021" for n in range(40)])
    assert (one.form, one.notes) == ("%m/%d/%Y", ())


def test_dates_have_one_form_and_what_has_another_is_missing() -> None:
    dates = [f"2021-03-{n % 28 + 1:02}" for n in range(60)]
    found = column("when", [*dates, "3/4/2021", ""])
    assert (found.kind, found.stray, found.gaps) == ("date", ("3/4/2021",), 2)
    assert any("'3/4/2021'" in note for note in found.notes)
    several = column("when", [*dates, *(f"{n % 28 + 1}.3.2021" for n in range(60))])
    assert (several.kind, "several forms" in several.reason) == ("dropped", True)


def test_the_form_of_dates_can_be_said() -> None:
    found = as_kind("when", ["03/04/2021"] * 9, "date", form="%m/%d/%Y")
    assert (found.form, "2021-03-04" in found.reason) == ("%m/%d/%Y", True)
