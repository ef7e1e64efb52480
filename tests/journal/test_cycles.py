"""A stored cycle is the same cycle, and is found by any of its names."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.hedge import (
    ActionKind,
    AdvisorNote,
    Band,
    CandidateAction,
    Cost,
    Leg,
    Pick,
    Recommendation,
    Style,
    Terms,
)
from oracle_core.domain.plan import Plan, PlanLeg
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.verdict import Finding, Ruling, Verdict
from oracle_core.errors import InputError, JournalError
from oracle_core.guardrails.calm import NOW, calm_outlook
from oracle_core.journal.cycles import cycles, find_cycle, load_cycle, store_cycle
from oracle_core.journal.decode import decode
from oracle_core.journal.store import Journal

LEG = Leg(
    venue="paper", symbol="CALM/USD:USD", contracts=Decimal("-3.554"), coins=-3.554, notional_usd=-355.4, price=100.0
)
COST = Cost(fee=0.2, half_spread=0.1, slippage=None, total=0.3)


def candidate(rank: int, **more: object) -> CandidateAction:
    start = CandidateAction(
        id=f"{rank:016x}", kind=ActionKind.TO_EDGE, coin="CALM", legs=(LEG,), cost=COST,
        terms=Terms(execution=-0.3, carry=None, edge=None, risk=-2.0, capital=0.0), benefit=1.5, breach=0.0,
        before=calm_outlook(10.0), after=calm_outlook(6.446), rank=rank, notes=("no depth",),
        band=Band(kind="zakamouline", net_delta=10.0, target=0.0, half_width=6.4),
    )  # fmt: skip
    return replace(start, **more)


def cycle(name: str = "a1b2c3d4e5f6", **more: object) -> CycleRecord:
    made = Recommendation(
        as_of=NOW, strategy="delta_neutral", persona="balanced", advisor=AdvisorNote(name="engine"),
        picks=(Pick(id=f"{1:016x}"),), candidates=(candidate(1), candidate(2), candidate(3, legs=())),
        outlook=calm_outlook(6.446), cost=COST, left_out={"paper OLD": "expired"}, data_ages={"paper CALM": 1.25},
    )  # fmt: skip
    plan = Plan(
        cycle_id=name, candidates=("c1",), created_at=NOW, expires_at=NOW, cost_usd=0.3, market_hash="beef",
        legs=(
            PlanLeg(
                venue="paper", symbol="CALM/USD:USD", contracts=Decimal("-3.554"), limit_price=99.5,
                children=(Decimal(-3), Decimal("-0.554")), expected_price=100.0, style=Style.TAKER, reduce_only=False,
            ),
        ),
    )  # fmt: skip
    verdict = Verdict(findings=(Finding(rail="grid", ruling=Ruling.ALLOW, scale=1.0, why="sound"),))
    record = CycleRecord(
        cycle_id=name, reason="operator", as_of=NOW, inputs={"book": "ab"}, recommendation=made, verdict=verdict,
        plan=plan, reply="{}", versions={"oracle_core": "1"},
    )  # fmt: skip
    return replace(record, **more)


def test_a_loaded_cycle_is_the_stored_one_to_the_byte(journal: Journal) -> None:
    record = cycle()
    store_cycle(journal, record, NOW)
    loaded = find_cycle(journal, record.cycle_id).record
    assert loaded == record
    assert canonical_json(loaded) == canonical_json(record)
    assert loaded.decision_hash == record.decision_hash


@given(
    benefit=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6),
    contracts=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    fraction=st.integers(0, 999_999),
)
def test_any_numbers_texts_and_times_come_back_exactly(
    benefit: float, contracts: Decimal, text: str, fraction: int
) -> None:
    record = cycle(reply=text, as_of=NOW.replace(microsecond=fraction))
    action = candidate(1, benefit=benefit, legs=(replace(LEG, contracts=contracts),), coin=None, reasons=(text,))
    record = replace(record, recommendation=replace(record.recommendation, candidates=(action,)))
    content = canonical_json(record)
    assert canonical_json(decode(CycleRecord, content)) == content


def test_the_same_cycle_is_stored_once(journal: Journal) -> None:
    first, again = store_cycle(journal, cycle(), NOW), store_cycle(journal, cycle(), NOW)
    assert first == again
    assert len(list(cycles(journal))) == 1


def test_another_cycle_of_the_same_id_is_refused(journal: Journal) -> None:
    store_cycle(journal, cycle(), NOW)
    with pytest.raises(JournalError, match="another cycle is already stored as `a1b2c3d4e5f6`") as clash:
        store_cycle(journal, cycle(reason="interval"), NOW)
    assert all(what in str(clash.value) for what in ("other code", "oracle replay a1b2c3d4e5f6", "--state DIR"))


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("a1b2c3d4e5f6", None), ("a1b2", None), ("a1b2c3d4e5f6:c2", 2), ("a1b2:c3", 3), (f"{2:016x}", 2),
        (f"a1b2:{3:016x}", 3),
    ],
)  # fmt: skip
def test_a_cycle_is_found_by_any_of_its_names(journal: Journal, name: str, rank: int | None) -> None:
    store_cycle(journal, cycle(), NOW)
    store_cycle(journal, cycle("b1b2c3d4e5f6", recommendation=replace(cycle().recommendation, candidates=())), NOW)
    found = find_cycle(journal, name)
    assert found.record.cycle_id == "a1b2c3d4e5f6"
    assert (found.candidate.rank if found.candidate else None) == rank


def test_a_candidates_hash_means_the_newest_cycle_that_holds_it(journal: Journal) -> None:
    store_cycle(journal, cycle(), NOW)
    store_cycle(journal, cycle("ffffffff"), NOW)
    assert find_cycle(journal, f"{1:016x}").record.cycle_id == "ffffffff"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zzzz", "a stored cycle or candidate; the newest is `a1b2ffff`"),
        ("a1b", "a stored cycle or candidate"),
        ("a1b2", "one cycle; 2 start like this"),
        ("a1b2c3d4e5f6:c9", "a candidate of that cycle, c1 to c3"),
        ("", "a stored cycle or candidate"),
    ],
)
def test_a_name_that_means_nothing_or_two_things_is_an_input_fault(journal: Journal, name: str, expected: str) -> None:
    store_cycle(journal, cycle(), NOW)
    store_cycle(journal, cycle("a1b2ffff"), NOW)
    with pytest.raises(InputError) as caught:
        find_cycle(journal, name)
    assert expected in str(caught.value)


def test_the_list_of_cycles_says_what_was_decided(journal: Journal) -> None:
    store_cycle(journal, cycle(), NOW)
    (line,) = cycles(journal)
    assert (line.strategy, line.persona, line.ruling, line.chosen) == (
        "delta_neutral", "balanced", "allow", (f"{1:016x}",),
    )  # fmt: skip
    assert line.plan_hash == cycle().plan.hash


def test_a_cycle_of_another_shape_is_named(journal: Journal) -> None:
    line = decode_line(journal)
    name = journal.put_blob(b'{"cycle_id": "x"}')
    with pytest.raises(JournalError, match="cycle `a1b2c3d4e5f6` cannot be read: CycleRecord: unknown"):
        load_cycle(journal, replace(line, record=name))


def decode_line(journal: Journal):
    store_cycle(journal, cycle(), NOW)
    return next(iter(cycles(journal)))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"venue": 1}', '{"venue":"v","symbol":"s","contracts":"3"}', "{" * 2_000],
)  # fmt: skip
def test_text_of_another_shape_is_a_value_error(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(Leg, text.encode())


def test_a_bool_is_not_a_number_and_a_number_is_not_a_text(tmp_path: Path) -> None:
    good = canonical_json(LEG)
    assert decode(Leg, good) == LEG
    with pytest.raises(ValueError, match="Expected a number, found True"):
        decode(Leg, good.replace(b"-355.4", b"true"))
    with pytest.raises(ValueError, match="Expected text, found 1"):
        decode(Leg, good.replace(b'"paper"', b"1"))
