"""Every fault of a file is told at once, with its field, its value and what was expected."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, model_validator

from oracle_core.domain.checks import positive, refuse
from oracle_core.errors import InputError
from oracle_core.strict_json import Moment, Name, StrictModel, parse_json, parse_tree, read_json, sound


class Holding(StrictModel):
    venue: Name
    contracts: float
    since: Moment | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: refuse(positive("holding", contracts=self.contracts)))
        return self


class Pocket(StrictModel):
    schema_name: Literal["oracle.pocket/1"] = Field(alias="schema")
    holdings: tuple[Holding, ...]
    equity: Annotated[dict[str, float], Field(min_length=1)]
    levels: tuple[tuple[float, float], ...] = ()
    side: Literal["long", "short"] = "long"
    whole: int = 0


GOOD = '"schema":"oracle.pocket/1","holdings":[{"venue":"a","contracts":2}],"equity":{"USD":1}'


def said(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(InputError) as refused:
        parse_json(data, "pocket.json", Pocket)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"holdings":[],"equity":{"USD":1}}', "schema: `absent` — expected a value, the key is required"),
        (GOOD.replace("pocket/1", "pocket/2"), "schema: `oracle.pocket/2` — expected `oracle.pocket/1`"),
        (GOOD.replace("pocket/1", "book/1"), "schema: `oracle.book/1` — expected `oracle.pocket/1`"),
        (GOOD + ',"holding":[]', "holding: `[]` — expected a known key, did you mean `holdings`?"),
        (
            GOOD.replace('"contracts":2', '"contracts":2,"zzz":1'),
            "holdings[0].zzz: `1` — expected a known key, one of `contracts`, `since`, `venue`",
        ),
        (GOOD.replace(":2}", ":NaN}"), "holdings[0].contracts: `NaN` — expected a finite number"),
        (GOOD.replace(":2}", ":-Infinity}"), "holdings[0].contracts: `-Infinity` — expected a finite number"),
        (GOOD.replace('"USD":1', '"USD":1e999'), "equity.USD: `Infinity` — expected a finite number"),
        (GOOD.replace(":2}", ':"2"}'), "holdings[0].contracts: `2` — expected a number, not text"),
        (GOOD.replace(":2}", ':"two"}'), "holdings[0].contracts: `two` — expected a number"),
        (GOOD.replace(":2}", ":true}"), "holdings[0].contracts: `true` — expected a number"),
        (GOOD.replace(":2}", ":-2}"), "holdings[0].contracts: `-2.0` — expected a finite number above 0"),
        (GOOD.replace('"a"', '""'), "holdings[0].venue: `` — expected text of 1 or more characters"),
        (GOOD.replace('{"USD":1}', "{}"), "equity: `{}` — expected 1 or more entries, not 0"),
        (GOOD + ',"levels":[[1,2],[3]]', "levels[1][1]: `absent` — expected a value, the key is required"),
        (GOOD + ',"side":"flat"', "side: `flat` — expected `long` or `short`"),
        (GOOD + ',"whole":1.5', "whole: `1.5` — expected a whole number"),
        (GOOD + ',"whole":1,"whole":2', "whole: `whole` — expected the key once"),
        (
            GOOD.replace(":2}", ':2,"since":"2026-01-02"}'),
            "holdings[0].since: `2026-01-02` — expected a time with a zone, like `2026-03-27T08:00:00Z`",
        ),
        (
            GOOD.replace(":2}", ':2,"since":"0001-01-01T00:00:00+05:00"}'),
            "holdings[0].since: `0001-01-01T00:00:00+05:00` — expected a time with a zone, like `2026-03-27T08:00:00Z`",
        ),
        (
            GOOD.replace(":2}", ':2,"since":"1700000000"}'),
            "holdings[0].since: `1700000000` — expected a time with a zone, like `2026-03-27T08:00:00Z`",
        ),
    ],
)
def test_a_fault_names_its_field_its_value_and_what_was_expected(text: str, message: str) -> None:
    assert said(text if text.startswith("{") else "{" + text + "}") == [f"pocket.json: {message}"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["line 1, column 1", "the end of the text", "valid JSON"]),
        (b'{"schema":\n "oracle.pocket/1", "hol', ["line 2, column 21", "valid JSON"]),
        (b"[1, 2", ["line 1, column 6", "valid JSON"]),
        (b"[]", ["expected an object"]),
        (b'{"a": "\xff"}', ["byte 7", "UTF-8"]),
        ("{}".encode("utf-16"), ["byte 0", "UTF-8"]),
        (b"[" * 100_000, ["too deeply nested"]),
        (b"[" * 500 + b"]" * 500, ["nested less than 200 deep"]),
        (b'{"a": ' + b"9" * 5_000 + b"}", ["numbers of ordinary size"]),
        (b'{"a\\ud800": 1}', ["valid JSON"]),
    ],
)
def test_text_that_is_no_json_is_one_fault_and_never_a_crash(data: bytes, words: list[str]) -> None:
    (message,) = said(data)
    assert all(word in message for word in ["pocket.json", *words])


def test_all_faults_come_at_once_those_of_the_domain_among_them() -> None:
    text = """{"schema":"oracle.pocket/2","holdings":[{"venue":"a","contracts":-1},{"venu":"a","contracts":null},7],
               "equity":{"USD":NaN},"equity":{"USD":NaN},"extra":0}"""
    fields = [message.split(": ")[1] for message in said(text)]
    assert fields == [
        "equity", "schema", "holdings[0].contracts", "holdings[1].venue", "holdings[1].contracts",
        "holdings[1].venu", "holdings[2]", "equity.USD", "extra",
    ]  # fmt: skip


def test_a_byte_order_mark_in_front_is_no_fault() -> None:
    assert parse_json(b"\xef\xbb\xbf{" + GOOD.encode() + b"}", "pocket.json", Pocket).equity == {"USD": 1.0}


def test_an_unreadable_file_is_a_fault_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(InputError, match=f"{path}: .* expected a readable file"):
            read_json(path, Pocket)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:0123456789.eE-+nulltrfas \\u', max_size=200).map(str.encode))
def test_no_bytes_at_all_raise_anything_but_an_input_error(data: bytes) -> None:
    for read in (lambda: parse_tree(data, "x"), lambda: parse_json(data, "x", Pocket)):
        with suppress(InputError):
            read()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list("ab") + list(Pocket.model_fields)), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_at_all_raises_anything_but_an_input_error(value: object) -> None:
    data = json.dumps({"schema": "oracle.pocket/1", "holdings": [value], "equity": value, "levels": value}).encode()
    with suppress(InputError):
        parse_json(data, "x", Pocket)
