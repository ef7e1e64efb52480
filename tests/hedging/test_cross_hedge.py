"""A delta hedged with another coin: what it costs, what it leaves, and how much of a book hedges across coins."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.market import Candles
from oracle_core.hedging.candidates import measure, propose
from oracle_core.hedging.screen import screen
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from oracle_core.playbook.params.cross_hedge import CrossHedgeParams
from oracle_core.playbook.params.table import Params
from oracle_core.risk.correlations import correlations

CENT = 0.005
TO_TARGET = Band(kind=BandKind.FIXED, unit=Unit.USD, scale=1.0, rehedge_to=Rehedge.TARGET)


def example(dollars: float, *, fee: float = 0.0020, persona=None, correlation: float = 0.90) -> Situation:
    """Equity $1m, an ETH delta, volatilities 67.6 % and 49 %; BTC costs 5.5 bp and ETH `fee`."""
    held, ether = worlds.spot("ETH"), worlds.perpetual("ETH", fee=fee)
    bitcoin = worlds.perpetual("BTC", step="0.0000001")
    snapshot = worlds.market(
        [
            (held, worlds.quoted(held, 2_000.0)), (ether, worlds.quoted(ether, 2_000.0)),
            (bitcoin, worlds.quoted(bitcoin, 100_000.0)),
        ],
        volatility_index={"ETH": 0.676, "BTC": 0.49},
    )  # fmt: skip
    rules = worlds.rules(params=Params(cross_hedge=CrossHedgeParams()), band=TO_TARGET)
    book = worlds.book({"USD": 1e6}, worlds.held(ether, dollars / 2_000.0))
    case = measure(book, snapshot, rules, persona or worlds.unlimited("balanced"))
    matrix = np.where(np.eye(2) == 1.0, 1.0, correlation)
    return replace(case, model=replace(case.model, correlation=matrix))


def to_target(case: Situation, venue_coin: str) -> CandidateAction:
    actions = screen(case, propose(case).candidates)
    return next(
        item
        for item in actions
        if item.kind is ActionKind.TO_TARGET
        and [leg.symbol for leg in item.legs] == [worlds.perpetual(venue_coin).symbol]
    )


@pytest.mark.requirement("ENG-13")
@pytest.mark.parametrize(
    ("dollars", "hold", "ether", "cost", "left", "cheap"),
    [(200_000.0, 701.11, 400.00, 136.58, 133.21, 110.00), (100_000.0, 175.28, 200.00, 68.29, 33.30, 55.00)],
)
def test_example_8_through_the_engine(
    dollars: float, hold: float, ether: float, cost: float, left: float, cheap: float
) -> None:
    case = example(dollars)
    assert -case.resting.utility == pytest.approx(hold, abs=CENT)
    same, crossed = to_target(case, "ETH"), to_target(case, "BTC")
    assert -same.terms.utility == pytest.approx(ether, abs=CENT)
    assert (crossed.coin, crossed.cost.total) == ("ETH", pytest.approx(cost, abs=CENT))
    assert -crossed.terms.risk == pytest.approx(left, abs=CENT)
    assert -crossed.terms.utility == pytest.approx(cost + left, abs=0.011)  # the published total adds rounded parts
    assert crossed.rank < same.rank
    beta = next(item.value for item in crossed.details if item.name == "beta")
    assert beta == pytest.approx(1.24163, abs=5e-6)
    near = example(dollars, fee=5.5e-4)
    assert -to_target(near, "ETH").terms.utility == pytest.approx(cheap, abs=CENT)
    assert to_target(near, "ETH").rank < to_target(near, "BTC").rank


@pytest.mark.requirement("ENG-13")
def test_example_8_with_limits_the_other_coin_is_refused_at_24_8_per_cent() -> None:
    case = example(200_000.0, persona=worlds.who())
    crossed = to_target(case, "BTC")
    assert crossed.status is Status.REFUSED
    assert crossed.after.measures.cross_hedge_pct_equity == pytest.approx(24.83, abs=0.005)
    assert "cross_hedge_pct_equity: 0 -> 24.83, limit 15 of balanced; a new breach" in crossed.reasons


def test_the_limits_of_every_persona_refuse_from_their_own_size() -> None:
    allowed = {}
    for name in ("cautious", "conservative", "balanced", "aggressive", "degen"):
        crossed = to_target(example(30_000.0, persona=worlds.who(name)), "BTC")
        allowed[name] = not any(reason.startswith("cross_hedge") for reason in crossed.reasons)
    # 30,000 of ETH are 3.7 % of equity in BTC.
    assert allowed == {
        "cautious": False, "conservative": True, "balanced": True, "aggressive": True, "degen": True,
    }  # fmt: skip


def test_coins_that_move_too_loosely_together_do_not_hedge_each_other() -> None:
    case = example(200_000.0, correlation=0.5)
    assert {leg.symbol for item in propose(case).candidates for leg in item.legs} == {
        worlds.perpetual("ETH").symbol, worlds.spot("ETH").symbol,
    }  # fmt: skip


def crossed_pct(*held: tuple[str, float], spot: tuple[str, float] | None = None) -> float:
    """Cross-hedge of a book of perpetuals (coin, USD), equity $1m; volatilities BTC 50 %, ETH and SOL higher."""
    prices = {"BTC": 100_000.0, "ETH": 2_000.0, "SOL": 100.0}
    listed = {coin: worlds.perpetual(coin) for coin in prices}
    owned = {coin: worlds.spot(coin) for coin in prices}
    pairs = [(item, worlds.quoted(item, prices[coin])) for coin, item in [*listed.items(), *owned.items()]]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5, "ETH": 0.7, "SOL": 0.9})
    positions = [worlds.held(listed[coin], dollars / prices[coin]) for coin, dollars in held]
    if spot is not None:
        positions.append(worlds.held(owned[spot[0]], spot[1] / prices[spot[0]]))
    return worlds.facing(
        worlds.book({"USD": 1e6}, *positions), snapshot, worlds.who()
    ).hold.measures.cross_hedge_pct_equity


@pytest.mark.parametrize(
    ("held", "spot", "pct"),
    [
        ([("ETH", 2e5)], None, 0.0),
        ([("ETH", 2e5), ("BTC", 1e5)], None, 0.0),
        ([("BTC", -1e5)], ("ETH", 2e5), 10.0),
        ([("ETH", -2e5)], ("ETH", 2e5), 0.0),
        ([("ETH", -2e5), ("BTC", -1e5)], ("ETH", 2e5), 0.0),
        ([("ETH", 2e5), ("BTC", -1e4)], None, 0.0),
        ([("ETH", 2e5), ("BTC", -4e5)], None, 28.0),
    ],
)
def test_contracts_count_as_far_as_they_stand_against_another_coins_risk(held, spot, pct: float) -> None:
    assert crossed_pct(*held, spot=spot) == pytest.approx(pct)


@given(
    dollars=st.lists(st.floats(-4e5, 4e5), min_size=3, max_size=3),
    coin=st.integers(0, 2),
    share=st.floats(0.0, 1.0),
)
def test_reducing_a_delta_never_raises_the_cross_hedge(dollars: list[float], coin: int, share: float) -> None:
    names = ("BTC", "ETH", "SOL")
    less = [amount * (share if number == coin else 1.0) for number, amount in enumerate(dollars)]
    held, then = (
        crossed_pct(*[(name, amount) for name, amount in zip(names, sizes, strict=True) if abs(amount) > 1.0])
        for sizes in (dollars, less)
    )
    assert then <= held + 1e-6


def moving_together(correlation: float, days: int = 60) -> dict[str, Candles]:
    """Six-hour bars of two coins whose returns have exactly this correlation."""
    draw = np.random.default_rng(7)
    count = days * 4
    both = draw.standard_normal((2, count))
    both -= both.mean(axis=1, keepdims=True)
    first = both[0] / both[0].std()
    rest = both[1] - (both[1] @ first) / count * first
    second = correlation * first + np.sqrt(1.0 - correlation**2) * rest / rest.std()
    end = int(worlds.NOW.timestamp() * 1000) // 21_600_000 * 21_600_000
    found = {}
    for coin, returns in (("BTC", first), ("ETH", second)):
        path = 100.0 * np.exp(np.concatenate([[0.0], np.cumsum(0.01 * returns)]))
        opens = [float(end - (count + 1 - n) * 21_600_000) for n in range(count + 1)]
        rows = [(at, float(p), float(p), float(p), float(p), 1.0) for at, p in zip(opens, path, strict=True)]
        found[coin] = Candles(timeframe="6h", rows=tuple(rows))
    return found


@pytest.mark.parametrize(("correlation", "days", "used"), [(0.20, 60, 0.20), (0.95, 60, 0.95), (0.20, 5, 0.85)])
def test_a_correlation_is_measured_where_both_coins_have_candles_else_tabled(
    correlation: float, days: int, used: float
) -> None:
    listed = {coin: worlds.perpetual(coin) for coin in ("BTC", "ETH")}
    bars = moving_together(correlation, days)
    snapshot = worlds.market(
        [(item, worlds.quoted(item, 100.0)) for item in listed.values()],
        candles={listed[coin].id: found for coin, found in bars.items()},
    )
    assert correlations(snapshot, ("BTC", "ETH")).matrix[0, 1] == pytest.approx(used, abs=1e-9)
