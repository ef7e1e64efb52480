"""The nouns refuse what is not one, keep to their grid, and have one text."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.canonical import canonical_json, content_hash, to_json
from oracle_core.domain.hedge import ActionKind, candidate_id
from oracle_core.domain.instrument import Fees, Grid, InstrumentId, Kind, MarginTier, OptionType
from oracle_core.domain.limits import StateLimits, StateMeasures, breach, excess
from oracle_core.domain.market import Quote
from oracle_core.domain.plan import client_order_id
from oracle_core.domain.portfolio import OpenOrder, Position
from oracle_core.domain.verdict import STRICTNESS, Finding, Ruling, Verdict
from oracle_core.errors import InputError, MarketDataError

NOT_NUMBERS = [math.nan, math.inf, -math.inf]
steps = st.sampled_from(["0.0001", "0.001", "0.1", "1", "10", "0.25"])
amounts = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize("value", NOT_NUMBERS)
@pytest.mark.parametrize(
    "make",
    [
        lambda x: Position(venue="v", symbol="s", contracts=x),
        lambda x: OpenOrder(venue="v", symbol="s", contracts=1.0, price=x),
        lambda x: Quote(venue="v", symbol="s", as_of=worlds.NOW, mark=x),
        lambda x: Quote(venue="v", symbol="s", as_of=worlds.NOW, asks=((1.0, x),)),
        lambda x: worlds.perpetual(fee=x),
        lambda x: worlds.book({"USD": x}),
        lambda x: Finding(rail="r", ruling=Ruling.ALLOW, scale=x, why=""),
        lambda x: StateLimits(**dict.fromkeys(StateLimits.__dataclass_fields__, x)) if x != math.inf else Grid(
            amount_step=Decimal(str(x)), min_amount=Decimal(1), tick_size=1.0),
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_refused_where_it_is_constructed(make, value: float) -> None:
    with pytest.raises(InputError):
        make(value)


def quote(**given: Any) -> Quote:
    return Quote(venue="v", symbol="s", as_of=worlds.NOW, **given)


def test_every_fault_of_a_noun_is_named_at_once() -> None:
    with pytest.raises(InputError) as refused:
        Quote(venue="v", symbol="s", as_of=worlds.NOW, mark=math.nan, bid=math.inf, index=math.nan)
    assert [item.field for item in refused.value.faults] == ["bid", "mark", "index"]


@given(step=steps, amount=amounts)
def test_a_quantity_snaps_onto_the_grid_and_trades_no_more_than_was_asked(step: str, amount: float) -> None:
    grid = worlds.grid(step)
    snapped = grid.toward_zero(amount)
    assert snapped == 0 or grid.holds(snapped)
    assert abs(float(snapped)) <= abs(amount) + float(step) * 1e-6
    assert float(snapped) * amount >= 0.0
    assert abs(amount) - abs(float(snapped)) < float(step) * (1.0 + 1e-6)


@given(step=steps, amount=amounts)
def test_a_cure_snaps_onto_the_grid_and_trades_at_least_what_was_asked(step: str, amount: float) -> None:
    grid = worlds.grid(step)
    snapped = grid.away_from_zero(amount)
    assert (snapped == 0) == (amount == 0.0)
    assert amount == 0.0 or grid.holds(snapped)
    assert abs(float(snapped)) >= abs(amount) - float(step) * 1e-6
    assert float(snapped) * amount >= 0.0


@pytest.mark.parametrize(
    ("asked", "minimum", "traded"), [(3.5539999999999994, "0.001", "3.554"), (0.0009, "0.001", "0"), (0.4, "0.5", "0")]
)
def test_float_noise_is_no_wish_and_below_the_minimum_is_nothing(asked: float, minimum: str, traded: str) -> None:
    grid = Grid(amount_step=Decimal("0.001"), min_amount=Decimal(minimum), tick_size=0.1)
    assert grid.toward_zero(asked) == Decimal(traded)


@pytest.mark.parametrize("kind", [Kind.FUTURE, Kind.OPTION])
def test_a_dated_contract_without_an_expiry_is_refused(kind: Kind) -> None:
    from dataclasses import replace

    with pytest.raises(InputError, match="expiry"):
        replace(worlds.option("BTC", 1.0, OptionType.CALL, days=1), kind=kind, expiry=None)


def test_equal_values_have_one_text_and_one_hash() -> None:
    a = {"b": -0.0, "a": Decimal("1.50"), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    b = {"at": datetime(2026, 1, 1, 5, 30, tzinfo=_zone(5.5)), "a": 1.5, "b": 0.0}
    assert canonical_json(a) == canonical_json(b) == b'{"a":1.5,"at":"2026-01-01T00:00:00Z","b":0.0}'
    assert content_hash(a) == content_hash(b)


def _zone(hours: float):
    from datetime import timezone

    return timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    "value",
    [*NOT_NUMBERS, Decimal("NaN"), datetime(2026, 1, 1), Decimal("0.1234567890123456789")],  # noqa: DTZ001
)
def test_what_has_no_exact_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not finite|no time zone|more digits"):
        to_json(value)


def test_an_action_is_named_by_what_it_does_and_by_no_computed_number() -> None:
    one, other = InstrumentId("a", "X"), InstrumentId("b", "Y")
    legs = {one: Decimal("1.0"), other: Decimal("-2")}
    assert candidate_id(ActionKind.TO_EDGE, legs) == candidate_id(
        ActionKind.TO_EDGE, {other: Decimal("-2.00"), one: Decimal("1")}
    )
    names = {
        candidate_id(ActionKind.TO_EDGE, legs),
        candidate_id(ActionKind.TO_TARGET, legs),
        candidate_id(ActionKind.TO_EDGE, {one: Decimal("-1"), other: Decimal("-2")}),
        candidate_id(ActionKind.TO_EDGE, {one: Decimal("1")}),
    }
    assert len(names) == 4


def test_order_ids_fit_every_venue_and_tell_mode_leg_and_child_apart() -> None:
    ids = {
        client_order_id(mode, "f" * 64, leg, child) for mode in ("paper", "live") for leg in (0, 1) for child in (0, 1)
    }
    assert len(ids) == 8
    assert all(name.isalnum() and len(name) == 32 for name in ids)
    assert client_order_id("paper", "f" * 64, 0, 0)[0] == "p"


@pytest.mark.parametrize(
    ("limit", "value", "bound", "share"),
    [
        ("gross_leverage", 3.0, 3.0, 0.0),
        ("gross_leverage", 3.3, 3.0, 0.1),
        ("gross_leverage", 3.0 + 1e-12, 3.0, 0.0),
        ("cross_hedge_pct_equity", 0.001, 0.0, 10.0),
        ("liquidation_distance_pct_min", 9.548, 20.0, (20 - 9.548) / 9.548),
        ("liquidation_distance_pct_min", 0.0, 20.0, 100.0),
        ("liquidation_distance_pct_min", None, 20.0, 0.0),
    ],
)
def test_a_breach_is_the_share_beyond_a_ceiling_or_below_a_floor(limit, value, bound, share) -> None:
    assert excess(limit, value, bound) == pytest.approx(share)


def test_the_worst_limit_is_the_breach() -> None:
    limits = StateLimits(**dict.fromkeys(StateLimits.__dataclass_fields__, 10.0))
    calm = dict.fromkeys(StateLimits.__dataclass_fields__, 10.0)
    assert breach(StateMeasures(**calm), limits) == 0.0
    assert (
        breach(StateMeasures(**{**calm, "stress_loss_pct_equity": 15.0, "net_delta_pct_equity": 12.0}), limits) == 0.5
    )


findings = st.lists(
    st.builds(
        Finding, rail=st.just("r"), why=st.just("w"), ruling=st.sampled_from(STRICTNESS), scale=st.floats(0.0, 1.0)
    ),
    max_size=5,
)


@given(panel=findings, extra=findings)
def test_one_more_finding_never_permits_more(panel: list[Finding], extra: list[Finding]) -> None:
    fewer, more = Verdict(findings=tuple(panel)), Verdict(findings=(*panel, *extra))
    assert more.scale <= fewer.scale if panel else fewer.scale == 0.0
    assert STRICTNESS.index(more.ruling) >= STRICTNESS.index(fewer.ruling) if panel else True


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"as_of": worlds.NOW - timedelta(seconds=61)}, "stale"),
        ({"as_of": worlds.NOW + timedelta(seconds=61)}, "future"),
        ({"bid": 101.0, "ask": 100.0}, "crossed"),
        ({"index": 0.0}, "index"),
        ({"forward": -1.0}, "forward"),
        ({"forward": 1e-320}, "forward"),
        ({"asks": ((100.0, 1.0), (99.0, 1.0))}, "ordered"),
        ({"bids": ((99.0, 0.0),)}, "quantity"),
        ({"mark_iv": 50.1}, "is not a volatility"),
    ],
)
def test_a_quote_that_no_decision_may_rest_on_is_set_aside_with_its_reason(change: dict, why: str) -> None:
    listed = worlds.perpetual()
    quote = Quote(**{"venue": listed.venue, "symbol": listed.symbol, "as_of": worlds.NOW, "mark": 100.0, **change})
    market = worlds.market([(listed, quote)])
    assert why in (market.problem(listed.id) or "")
    with pytest.raises(MarketDataError, match=why):
        market.quote(listed.id)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: quote(funding_interval_hours=0.0), "funding_interval_hours"),
        (lambda: quote(funding_interval_hours=0.049), "funding_interval_hours"),
        (lambda: quote(funding_interval_hours=745.0), "funding_interval_hours"),
        (lambda: quote(funding_interval_hours=math.nan), "funding_interval_hours"),
        (lambda: quote(borrow_rate=-100.1), "borrow_rate"),
        (lambda: quote(borrow_rate=math.inf), "borrow_rate"),
        (lambda: worlds.market([], volatility_index={"BTC": 0.0}), "volatility_index.BTC"),
        (lambda: worlds.market([], volatility_index={"ETH": 0.5, "BTC": math.nan}), "volatility_index.BTC"),
        (lambda: worlds.market([], as_of=datetime(2008, 12, 31, tzinfo=UTC)), "as_of"),
        (lambda: worlds.market([], as_of=datetime(2101, 1, 1, tzinfo=UTC)), "as_of"),
        (lambda: Fees(maker=-1.0, taker=0.0), "maker_fee"),
        (lambda: Fees(maker=0.0, taker=1.0), "taker_fee"),
        (lambda: Fees(maker=0.0, taker=0.0, delivery=5.0), "delivery_fee"),
        (lambda: Fees(maker=0.0, taker=math.nan), "taker_fee"),
        (lambda: worlds.inverse_perpetual(size=9e-10), "contract_size"),
        (lambda: worlds.inverse_perpetual(size=0.0), "contract_size"),
        (lambda: Grid(amount_step=Decimal("1e-300"), min_amount=Decimal(1), tick_size=1.0), "amount_step"),
        (lambda: MarginTier(up_to_notional=None, initial=0.1, maintenance=0.2), "maintenance"),
        (lambda: MarginTier(up_to_notional=None, initial=0.1, maintenance=-0.1), "maintenance"),
    ],
)
def test_what_no_market_ever_shows_is_refused_by_name_and_once(make, field: str) -> None:
    with pytest.raises(InputError) as refused:
        make()
    assert [item.field for item in refused.value.faults] == [field]


def test_the_ends_of_what_a_market_shows_are_accepted() -> None:
    assert quote(funding_interval_hours=0.05, borrow_rate=-100.0).borrow_rate == -100.0
    assert quote(funding_interval_hours=744.0, mark_iv=50.0).defect() is None
    for year in (2009, 2100):
        assert worlds.market([], as_of=datetime(year, 12, 31, tzinfo=UTC)).as_of.year == year
    assert worlds.inverse_perpetual(size=1e-9, fee=0.999).contract_size == 1e-9


def test_the_largest_holding_is_counted_in_the_smallest_steps() -> None:
    grid = Grid(amount_step=Decimal("1e-12"), min_amount=Decimal("1e-12"), tick_size=1.0)
    assert grid.holds(grid.toward_zero(9.99e14))


@pytest.mark.requirement("MKT-01")
def test_a_fresh_sound_quote_is_admitted_at_the_very_limit_of_age() -> None:
    listed = worlds.perpetual()
    quote = Quote(venue=listed.venue, symbol=listed.symbol, as_of=worlds.NOW - worlds.MAX_AGE, mark=100.0)
    assert worlds.market([(listed, quote)]).quote(listed.id).mark == 100.0
