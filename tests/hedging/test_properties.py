"""What holds of every decision of the engine, whatever the book: scale, mirror, names, grids, limits, no NaN."""

import math
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument, Kind, OptionType
from oracle_core.domain.limits import STATE_LIMITS
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging.candidates import measure, propose
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Persona

PERSONAS = ("cautious", "conservative", "balanced", "aggressive", "degen")
FEW = settings(max_examples=20, deadline=None)
PRICES = {"BTC": 100_000.0, "ETH": 2_500.0}

coins = st.sampled_from(sorted(PRICES))
sizes = st.floats(min_value=0.05, max_value=40.0).map(lambda size: round(size, 3))
signs = st.sampled_from((-1.0, 1.0))
rates = st.floats(min_value=-5e-4, max_value=5e-4)
personas = st.sampled_from(PERSONAS)


@st.composite
def linear_books(draw: st.DrawFn) -> tuple[list[tuple[Instrument, Quote]], dict[str, float], float]:
    """Perpetuals of two coins on two venues with funding, what is held of some, and equity that bites."""
    pairs: list[tuple[Instrument, Quote]] = []
    held: dict[str, float] = {}
    for coin, price in PRICES.items():
        for venue in ("deribit", "bybit"):
            listed = worlds.perpetual(coin, venue=venue, fee=draw(st.sampled_from((2e-4, 5.5e-4, 1e-3))))
            quote = worlds.quoted(
                listed, price, half_spread=price * 1e-4, funding_rate=draw(rates), funding_interval_hours=8.0
            )
            pairs.append((listed, quote))
            if draw(st.booleans()):
                held[f"{venue} {coin}"] = draw(signs) * draw(sizes) * 100_000.0 / price
    return pairs, held, draw(st.sampled_from((3e5, 1e6, 5e6)))


@st.composite
def option_books(draw: st.DrawFn) -> tuple[list[tuple[Instrument, Quote]], list[tuple[Instrument, float]], float]:
    """Options of one coin, quoted on both sides, with a perpetual to hedge them."""
    price = PRICES["BTC"]
    perpetual = worlds.perpetual("BTC")
    pairs = [(perpetual, worlds.quoted(perpetual, price, half_spread=5.0))]
    positions: list[tuple[Instrument, float]] = []
    for days in (3.0, 30.0):
        for strike in (90_000.0, 100_000.0, 110_000.0):
            for right in OptionType:
                listed = worlds.option("BTC", strike, right, days=days)
                fair = _fair(strike, days, right)
                pairs.append((listed, worlds.marked(listed, price, 0.55, bid=0.97 * fair, ask=1.03 * fair, mark=fair)))
                if draw(st.integers(0, 3)) == 0:
                    positions.append((listed, draw(signs) * round(draw(sizes), 1)))
    if draw(st.booleans()):
        positions.append((perpetual, draw(signs) * draw(sizes)))
    return pairs, [item for item in positions if item[1]], draw(st.sampled_from((3e5, 1e6, 5e6)))


def _fair(strike: float, days: float, right: OptionType) -> float:
    from oracle_core.maths.black import black

    return float(black(PRICES["BTC"], strike, days / 365.0, 0.55, sign=right.sign).price) + 1.0


def linear_world(
    pairs: Sequence[tuple[Instrument, Quote]], held: dict[str, float], equity: float, *, sign: float = 1.0
) -> tuple[Portfolio, MarketSnapshot]:
    """The book and its market; with `sign` -1 every position and every funding rate is the other way round."""
    flipped = [
        (listed, replace(quote, funding_rate=None if quote.funding_rate is None else sign * quote.funding_rate))
        for listed, quote in pairs
    ]
    positions = [
        worlds.held(listed, sign * held[f"{listed.venue} {listed.base}"])
        for listed, _ in pairs
        if f"{listed.venue} {listed.base}" in held
    ]
    index = dict.fromkeys(PRICES, 0.6)
    return worlds.book({"USD": equity}, *positions), worlds.market(flipped, volatility_index=index)


def decided(
    portfolio: Portfolio, snapshot: MarketSnapshot, persona: Persona, strategy: str = "delta_neutral"
) -> tuple[Situation, tuple[CandidateAction, ...], list[CandidateAction]]:
    case = measure(portfolio, snapshot, worlds.rules(strategy), persona)
    actions = screen(case, propose(case).candidates)
    picked = {pick.id for pick in select(case, actions)}
    return case, actions, [action for action in actions if action.id in picked]


def trades(actions: Sequence[CandidateAction]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for action in actions:
        for leg in action.legs:
            found[leg.venue, leg.symbol] = found.get((leg.venue, leg.symbol), 0.0) + float(leg.contracts)
    return found


def by_coin(actions: Sequence[CandidateAction]) -> dict[str, float]:
    """Coins of every coin traded: of venues that cost the same either may be taken."""
    found: dict[str, float] = {}
    for (_, symbol), size in trades(actions).items():
        found[symbol[:3]] = found.get(symbol[:3], 0.0) + size
    return found


@FEW
@given(world=linear_books(), persona=personas)
def test_a_linear_book_the_other_way_round_gets_the_plan_the_other_way_round(world, persona: str) -> None:
    pairs, held, equity = world
    _, _, one = decided(*linear_world(pairs, held, equity), worlds.who(persona))
    _, _, other = decided(*linear_world(pairs, held, equity, sign=-1.0), worlds.who(persona))
    # Fees are a share of the bid here and of the ask there, so a size may differ by a step or two of its grid.
    assert by_coin(other) == {coin: pytest.approx(-size, abs=0.002) for coin, size in by_coin(one).items()}


@FEW
@given(world=linear_books(), persona=personas, factor=st.sampled_from((2.0, 10.0)))
def test_a_larger_desk_gets_the_same_plan_in_its_size(world, persona: str, factor: float) -> None:
    pairs, held, equity = world
    fine = [
        (replace(listed, grid=replace(listed.grid, amount_step=Decimal("1e-7"), min_amount=Decimal("1e-7"))), quote)
        for listed, quote in pairs
    ]
    _, small_all, small = decided(*linear_world(fine, held, equity), worlds.who(persona))
    grown = {key: size * factor for key, size in held.items()}
    _, large_all, large = decided(*linear_world(fine, grown, equity * factor), worlds.who(persona))
    assert by_coin(large) == {coin: pytest.approx(factor * size, rel=1e-4) for coin, size in by_coin(small).items()}
    assert sorted(item.kind for item in large_all) == sorted(item.kind for item in small_all)


@FEW
@given(world=linear_books(), persona=personas)
def test_the_order_in_which_instruments_are_listed_changes_nothing(world, persona: str) -> None:
    pairs, held, equity = world
    _, one, _ = decided(*linear_world(pairs, held, equity), worlds.who(persona))
    _, other, _ = decided(*linear_world(list(reversed(pairs)), held, equity), worlds.who(persona))
    assert [action.id for action in other] == [action.id for action in one]
    assert [action.benefit for action in other] == pytest.approx([action.benefit for action in one], abs=1e-6)


@FEW
@given(world=linear_books(), persona=personas)
def test_a_venue_by_another_name_gets_the_same_plan_under_that_name(world, persona: str) -> None:
    pairs, held, equity = world
    renamed = [
        (replace(listed, venue="okx"), replace(quote, venue="okx")) if listed.venue == "bybit" else (listed, quote)
        for listed, quote in pairs
    ]
    named = {key.replace("bybit", "okx"): size for key, size in held.items()}
    _, _, one = decided(*linear_world(pairs, held, equity), worlds.who(persona))
    _, _, other = decided(*linear_world(renamed, named, equity), worlds.who(persona))
    wanted = {(venue.replace("bybit", "okx"), symbol): size for (venue, symbol), size in trades(one).items()}
    assert trades(other) == {key: pytest.approx(size) for key, size in wanted.items()}


@FEW
@given(world=option_books(), persona=personas, strategy=st.sampled_from(("delta_neutral", "heat_control")))
def test_every_candidate_is_on_its_grid_finite_and_leaves_gamma_to_options(world, persona: str, strategy: str) -> None:
    pairs, positions, equity = world
    portfolio = worlds.book({"USD": equity}, *(worlds.held(listed, size) for listed, size in positions))
    case, actions, _ = decided(portfolio, worlds.market(pairs), worlds.who(persona), strategy)
    for action in actions:
        assert not _not_finite(action), action.kind
        for leg in action.legs:
            assert case.view.market.instruments[leg.id].grid.holds(leg.contracts)
        linear = all(case.view.market.instruments[leg.id].kind is not Kind.OPTION for leg in action.legs)
        if linear:
            for was, then in zip(action.before.exposures, action.after.exposures, strict=True):
                assert (then.gamma_1pct_usd, then.vega_usd_per_point) == pytest.approx(
                    (was.gamma_1pct_usd, was.vega_usd_per_point), rel=1e-12
                )


@FEW
@given(world=option_books(), persona=personas)
def test_no_plan_that_is_recommended_leaves_a_limit_worse(world, persona: str) -> None:
    pairs, positions, equity = world
    portfolio = worlds.book({"USD": equity}, *(worlds.held(listed, size) for listed, size in positions))
    _, actions, picked = decided(portfolio, worlds.market(pairs), worlds.who(persona))
    again = decided(portfolio, worlds.market(pairs), worlds.who(persona))[2]
    assert [action.id for action in again] == [action.id for action in picked]
    for action in picked:
        assert action.status is not Status.REFUSED
        assert action.breach <= next(item for item in actions if item.kind is ActionKind.HOLD).breach + 1e-9


@FEW
@given(world=option_books())
def test_what_degen_limits_refuse_cautious_limits_refuse_too(world) -> None:
    pairs, positions, equity = world
    portfolio = worlds.book({"USD": equity}, *(worlds.held(listed, size) for listed, size in positions))
    snapshot = worlds.market(pairs)
    bold, _, _ = decided(portfolio, snapshot, worlds.who("degen"))
    from oracle_core.hedging.limits import state_refusals

    shy = measure(portfolio, snapshot, worlds.rules(), worlds.who("cautious"))
    for action in propose(bold).candidates:
        if state_refusals(bold, action.before, action.after):
            assert state_refusals(shy, action.before, action.after)


@FEW
@given(world=option_books(), limit=st.sampled_from(STATE_LIMITS), factor=st.floats(1.0, 4.0))
def test_a_wider_limit_never_removes_an_acceptable_plan(world, limit: str, factor: float) -> None:
    pairs, positions, equity = world
    portfolio = worlds.book({"USD": equity}, *(worlds.held(listed, size) for listed, size in positions))
    snapshot, persona = worlds.market(pairs), worlds.who("balanced")
    wider = persona.number(limit) / factor if limit.endswith("_min") else persona.number(limit) * factor
    _, narrow, _ = decided(portfolio, snapshot, persona)
    _, wide, _ = decided(portfolio, snapshot, persona.model_copy(update={limit: wider}))
    open_still = {action.id for action in wide if action.status is not Status.REFUSED}
    offered = {action.id for action in narrow if action.status is Status.OFFERED}
    assert offered <= open_still


@FEW
@given(world=linear_books(), coin=coins, sold=sizes)
def test_more_liquidity_never_costs_more(world, coin: str, sold: float) -> None:
    from oracle_core.pricing.costs import trade_cost

    pairs, _, _ = world
    listed, quote = next(pair for pair in pairs if pair[0].base == coin)
    price = PRICES[coin]
    ladder = tuple((price * (1.0 - 1e-4 * step), 5.0) for step in range(1, 12))
    thin, deep = (replace(quote, bids=tuple((at, size * more) for at, size in ladder)) for more in (1.0, 3.0))
    costs = [trade_cost(listed, given_quote, -sold, price) for given_quote in (thin, deep)]
    totals = [found.fee + found.half_spread + (found.slippage or 0.0) for found in costs if found is not None]
    assert costs[1] is not None or costs[0] is None
    assert totals == sorted(totals, reverse=True)


def _not_finite(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if is_dataclass(value):
        return any(_not_finite(getattr(value, item.name)) for item in fields(value))
    return isinstance(value, tuple) and any(_not_finite(item) for item in value)
