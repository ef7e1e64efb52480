"""`check` is total: any bytes become an advice that holds, or a named rejection, quickly."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.choosers import advice
from evals.faults import CONTENT
from oracle_core.agent.advice import SCALES, Adjustment, Advice, Confidence, ReasonCode, Rejection, check
from oracle_core.agent.ending import MEANING, Ending
from oracle_core.agent.prompt import offer_of, reply_schema
from oracle_core.domain.hedge import Status, Style
from tests.agent.factory import FACTS, advice_text, straddle

CANDIDATES = straddle()
LABELS = tuple(item.label for item in CANDIDATES if item.status is not Status.REFUSED)
OFFER = offer_of(CANDIDATES, LABELS, FACTS)
OFFERED_IDS = {item.id for item in CANDIDATES if item.status is not Status.REFUSED}
GOOD = advice_text("c1", prose="It costs {c1.cost_usd}; the book stands at {book.net_delta}.")

labels = st.sampled_from(["c1", "c2", "c3", "c4", "c5", "c99", "C1", "", "c1 ", CANDIDATES[0].id])
words = st.sampled_from(["It costs {c1.cost_usd}.", "Wait.", "12", "{c1.nothing}", "٣", "<b>", "x" * 2_000, "\ud800"])
wire = st.fixed_dictionaries(
    {
        "choices": st.lists(
            st.fixed_dictionaries(
                {
                    "id": labels,
                    "scale": st.sampled_from([1, 1.0, 0.75, 0.5, 0.25, 0, -1, 0.3, 5, 1e308]),
                    "style": st.sampled_from([style.value for style in Style]),
                }
            ),
            max_size=4,
        ),
        "reason_codes": st.lists(st.sampled_from([code.value for code in ReasonCode]), max_size=4),
        "adjustments": st.lists(st.sampled_from([code.value for code in Adjustment]), max_size=3),
        "prose": words,
        "confidence": st.sampled_from([level.value for level in Confidence]),
        "abstain": st.booleans(),
    }
)


def assert_total(raw: bytes | str) -> Advice | Rejection:
    start = time.thread_time()
    found = check(raw, OFFER)
    assert time.thread_time() - start < 0.1
    assert check(raw, OFFER) == found
    advice = found.kept if isinstance(found, Rejection) else found
    if advice is not None:
        assert {pick.id for pick in advice.picks} <= OFFERED_IDS
        assert all(pick.scale in SCALES for pick in advice.picks)
        assert advice.picks or advice.abstained
        assert not any(char.isdigit() for char in (advice.prose or "").replace("c1.", ""))
    if isinstance(found, Rejection):
        assert found.ending in MEANING
        assert (found.kept is not None) == (found.ending is Ending.PROSE)
    return found


@given(raw=st.binary(max_size=2_000))
@example(raw=b"\xff\xfe")
@example(raw=b"[" * 65_536)
@example(raw=b'{"choices":' * 5_000)
@example(raw=b"[" + b"1," * 32_000 + b"1]")
@example(raw=b'{"choices":[' + b"1," * 32_000 + b"1]}")
@example(raw=b"9" * 65_536)
@example(raw=b'{"' + b'a":1,"b' * 9_000 + b'":1}')
def test_any_bytes_are_an_advice_that_holds_or_a_rejection(raw: bytes) -> None:
    assert_total(raw)


@given(raw=st.text(st.characters(exclude_categories=()), max_size=500))
@example(raw="\ud800")
@example(raw="é" * 40_000)
def test_any_text_is_an_advice_that_holds_or_a_rejection(raw: str) -> None:
    assert_total(raw)


@given(advice=wire)
def test_any_reply_of_the_right_form_holds_or_is_rejected(advice: dict[str, object]) -> None:
    assert_total(json.dumps(advice))


@given(at=st.integers(0, len(GOOD) - 1), to=st.sampled_from('0c5"}{,:[]\\ \x00é'), cut=st.booleans())
def test_a_valid_reply_with_one_sign_changed_holds_or_is_rejected(at: int, to: str, cut: bool) -> None:
    assert_total(GOOD[:at] if cut else GOOD[:at] + to + GOOD[at + 1 :])


@pytest.mark.requirement("AGT-01")
def test_a_valid_reply_is_resolved_to_the_engines_ids() -> None:
    found = check(GOOD, OFFER)
    assert isinstance(found, Advice)
    assert [pick.id for pick in found.picks] == [CANDIDATES[0].id]
    assert found.prose == "It costs {c1.cost_usd}; the book stands at {book.net_delta}."


@pytest.mark.requirement("AGT-02")
def test_the_schema_that_a_model_is_given_has_the_closed_set_of_adjustments_and_each_holds() -> None:
    schema = reply_schema(("c1", "c2"))
    text = json.dumps(schema)
    offered = ["widen_band", "tighten_band", "longer_interval", "shorter_interval", "pause_strategy"]
    assert json.dumps(offered) in text
    for adjustment in offered:
        found = check(json.dumps(advice(["c1"], "") | {"adjustments": [adjustment]}), OFFER)
        assert isinstance(found, Advice)
        assert found.adjustments == (adjustment,)


@pytest.mark.requirement("AGT-02")
@pytest.mark.parametrize(
    ("adjustment", "holds"),
    [("widen_band", True), ("raise_limits", False), ("WIDEN_BAND", False), ("widen_band ", False), (1, False)],
)
def test_an_adjustment_outside_the_closed_set_is_rejected(adjustment: object, holds: bool) -> None:
    found = check(json.dumps(advice(["c1"], "") | {"adjustments": [adjustment]}), OFFER)
    assert isinstance(found, Advice) is holds


@pytest.mark.parametrize(
    ("raw", "ending"),
    [
        ("x" * 70_000, Ending.OVERSIZE),
        ("é" * 40_000, Ending.OVERSIZE),
        ("\ud800", Ending.MALFORMED),
        (b"\xff", Ending.MALFORMED),
        (advice_text("c99"), Ending.UNKNOWN_ID),
        (advice_text("C1"), Ending.UNKNOWN_ID),
        (advice_text(CANDIDATES[0].id), Ending.UNKNOWN_ID),
        (advice_text("c5"), Ending.REFUSED_ID),
        (advice_text("c5", "c99"), Ending.UNKNOWN_ID),
        (advice_text("c1", "c1"), Ending.DUPLICATE_ID),
        (advice_text("c1", "c2"), Ending.CONFLICTING_IDS),
        (advice_text(), Ending.NO_CHOICE),
        (advice_text("c1", scale=0.3), Ending.MALFORMED),
        (advice_text("c1", style="iceberg"), Ending.MALFORMED),
        (advice_text("c1", prose="It costs 12."), Ending.PROSE),
        (advice_text("c1", prose="x" * 1_501), Ending.PROSE),
    ],
)
def test_each_fault_has_its_own_name(raw: bytes | str, ending: Ending) -> None:
    found = assert_total(raw)
    assert isinstance(found, Rejection)
    assert found.ending is ending


@pytest.mark.parametrize(
    "prose",
    [
        "Selling ² contracts",
        "Ⅷ contracts",
        "٣ contracts",
        "\uff17 contracts",
        "c1 is best",
        "½ of it",
        "{c1.cost_usd",
        "{c5.cost_usd}",
        "{c99.cost_usd}",
        "{book.secret}",
        "{c1.__class__}",
        "{0}",
        "{}",
        "{{c1.cost_usd}}",
        "[x](y)",
        "https://a.b",
        "<b>",
        "\x1b[2J",
        "a\u202eb",
        "a\u2028b",
        "\ud800",
        "`x`",
        "The hedge was Executed.",
        "Already approved by the desk.",
        "A guaranteed, risk-free gain.",
    ],
)
def test_prose_with_a_figure_markup_hidden_signs_deeds_or_promises_is_not_shown(prose: str) -> None:
    found = check(advice_text("c1", prose=prose), OFFER)
    assert isinstance(found, Rejection)
    assert found.ending in (Ending.PROSE, Ending.MALFORMED)


@pytest.mark.parametrize(
    "prose", ["Two sentences.\nOne costs {c1.cost_usd}, not one hundred.", "Größe egal — 買い.", ""]
)
def test_plain_prose_in_any_language_is_kept(prose: str) -> None:
    found = check(advice_text("c1", prose=prose), OFFER)
    assert isinstance(found, Advice)
    assert found.prose == (prose or None)


@pytest.mark.parametrize("fault", sorted(CONTENT))
def test_every_fault_of_the_reference_server_is_rejected(fault: str) -> None:
    assert isinstance(check(CONTENT[fault](advice(["c1"], "")), OFFER), Rejection)


def test_the_schema_that_is_sent_is_closed_and_names_only_the_offered_ids() -> None:
    schema = json.loads(json.dumps(reply_schema(LABELS)))
    choice = schema["$defs"]["WireChoice"]
    assert choice["properties"]["id"]["enum"] == list(LABELS)
    assert choice["properties"]["scale"]["enum"] == list(SCALES)
    for part in (schema, choice):
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])
    for banned in ("oneOf", "discriminator", "prefixItems", "default", "patternProperties", "maxItems"):
        assert f'"{banned}"' not in json.dumps(schema)


def ninety_ninth(times: list[float]) -> float:
    return sorted(times)[int(0.99 * len(times))]


def test_a_check_takes_less_than_two_milliseconds_in_ninety_nine_of_a_hundred_replies() -> None:
    replies = [GOOD, *(fault(advice(["c1"], "")) for fault in CONTENT.values())]
    assert ninety_ninth([_seconds(reply) for _ in range(20) for reply in replies]) < 0.002


def _seconds(reply: str) -> float:
    start = time.thread_time()
    check(reply, OFFER)
    return time.thread_time() - start
