"""What is offered whatever the strategy says, what is left out and why, and what never changes the side of a hedge."""

from dataclasses import replace

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import VenueStatus
from oracle_core.errors import InputError
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select


def decided(
    portfolio, snapshot, persona, strategy=None
) -> tuple[tuple[CandidateAction, ...], list[CandidateAction], dict]:
    found = worlds.proposed(portfolio, snapshot, persona, strategy)
    actions = screen(found.case, found.candidates)
    picked = {pick.id for pick in select(found.case, actions)}
    return actions, [action for action in actions if action.id in picked], found.left_out


def held_perpetual(coins: float, *, equity: float, price: float = 1_900.0, vol: float = 0.6, **quote: object):
    listed = worlds.perpetual("ETH", step="0.01")
    snapshot = worlds.market([(listed, worlds.quoted(listed, price, **quote))], volatility_index={"ETH": vol})
    return worlds.book({"USD": equity}, worlds.held(listed, coins)), snapshot, listed


def test_a_breach_inside_the_band_is_cured_by_the_smallest_step() -> None:
    portfolio, snapshot, _ = held_perpetual(6.0, equity=100_000.0, vol=0.10)
    actions, picked, _ = decided(portfolio, snapshot, worlds.who("cautious"))
    (cure,) = picked
    assert (cure.status, cure.duty) == (Status.CURE, True)
    limit = 0.10 * 100_000.0 / 1_900.0
    assert float(cure.legs[0].contracts) == pytest.approx(-(6.0 - limit), abs=0.01)
    assert abs(float(cure.legs[0].contracts)) >= 6.0 - limit
    assert not any(action.kind is ActionKind.TO_EDGE for action in actions)


@pytest.mark.parametrize("strategy", [{"underlyings": ("BTC",)}, {"hedge_kinds": ("spot",)}])
def test_a_breach_is_cured_also_where_the_strategy_does_not_hedge(strategy: dict) -> None:
    portfolio, snapshot, _ = held_perpetual(60.0, equity=100_000.0)
    from oracle_core.playbook.load import load_strategy

    universe = load_strategy("delta_neutral").value.universe.model_copy(update=strategy)
    _, picked, _ = decided(portfolio, snapshot, worlds.who(), worlds.rules(universe=universe))
    assert [action.status for action in picked] == [Status.CURE]


def test_only_the_smallest_cure_may_exceed_the_plan_limit_of_its_persona() -> None:
    portfolio, snapshot, _ = held_perpetual(-60.0, equity=100_000.0)
    actions, _, _ = decided(portfolio, snapshot, worlds.who())
    beyond = [action for action in actions if action.notional_usd > 60_000.0 and action.status is not Status.REFUSED]
    assert [(action.duty, action.breach) for action in beyond] == [(True, 0.0)]
    assert float(beyond[0].legs[0].contracts) == pytest.approx(60.0 - 0.4 * 100_000.0 / 1_900.0, abs=0.01)


def test_depth_too_thin_for_the_whole_hedge_keeps_what_fits() -> None:
    portfolio, snapshot, _ = held_perpetual(-885.0, equity=1e6, asks=((1_900.0, 875.0),), ask=1_900.0)
    actions, picked, left_out = decided(portfolio, snapshot, worlds.who())
    assert any(action.kind is not ActionKind.HOLD for action in picked)
    assert picked[0].breach < next(action for action in actions if action.kind is ActionKind.HOLD).breach
    assert "885" in " ".join(left_out.values())


@pytest.mark.requirement("MKT-13")
@pytest.mark.parametrize("status", [VenueStatus.HALTED, VenueStatus.MAINTENANCE])
def test_a_closed_venue_is_left_out_with_its_reason_and_another_takes_the_hedge(status: VenueStatus) -> None:
    closed, opened = worlds.perpetual(venue="a"), worlds.perpetual(venue="b", fee=0.001)
    snapshot = worlds.market(
        [(closed, worlds.quoted(closed, 1e5)), (opened, worlds.quoted(opened, 1e5))],
        volatility_index={"BTC": 0.5}, venue_status={"a": status},
    )  # fmt: skip
    portfolio = worlds.book({"USD": 1e6}, worlds.held(closed, 2.0))
    actions, _, left_out = decided(portfolio, snapshot, worlds.who())
    assert status.value in left_out[str(closed.id)]
    assert {leg.venue for action in actions for leg in action.legs} == {"b"}


def with_dust(dust: float) -> tuple[CandidateAction, ...]:
    ether, sol = worlds.perpetual("ETH"), worlds.spot("SOL")
    snapshot = worlds.market(
        [(ether, worlds.quoted(ether, 1_900.0)), (sol, worlds.quoted(sol, 150.0))], volatility_index={"ETH": 0.6}
    )
    portfolio = worlds.book({"USD": 25_000.0, "SOL": dust}, worlds.held(ether, 4.0))
    return decided(portfolio, snapshot, worlds.who())[0]


def test_a_dust_coin_without_a_volatility_does_not_stop_the_hedge_of_another() -> None:
    without, dusted = (next(a for a in with_dust(dust) if a.kind is ActionKind.TO_EDGE) for dust in (0.0, 0.001))
    assert dusted.status is without.status
    assert dusted.benefit == pytest.approx(without.benefit, abs=0.01)


def crossed_pair() -> Instrument:
    return replace(worlds.spot("ETH"), symbol="ETH/BTC", quote="BTC", settle="BTC")


def test_a_pair_that_is_not_quoted_in_dollars_is_left_out_and_refused_when_held() -> None:
    ether, pair = worlds.perpetual("ETH"), crossed_pair()
    snapshot = worlds.market(
        [(ether, worlds.quoted(ether, 1_900.0)), (pair, worlds.quoted(pair, 0.02, index=None))],
        volatility_index={"ETH": 0.6},
    )
    actions, _, left_out = decided(worlds.book({"USD": 25_000.0}, worlds.held(ether, 4.0)), snapshot, worlds.who())
    assert "quoted in BTC" in left_out[str(pair.id)]
    assert all(leg.id != pair.id for action in actions for leg in action.legs)
    with pytest.raises(InputError, match="ETH/BTC"):
        worlds.seen(worlds.book({"USD": 25_000.0}, worlds.held(pair, 4.0)), snapshot)


@pytest.mark.requirement("GRD-02")
@pytest.mark.parametrize("bias", [-0.2, 0.0, 0.1, 0.2])
@pytest.mark.parametrize("coins", [-4.0, 4.0])
def test_no_bias_turns_a_hedge_round(bias: float, coins: float) -> None:
    portfolio, snapshot, _ = held_perpetual(coins, equity=25_000.0)
    actions, _, _ = decided(portfolio, snapshot, worlds.who("degen"), worlds.rules(bias=bias))
    trades = [float(leg.contracts) for action in actions for leg in action.legs]
    assert all(size * coins < 0.0 for size in trades)


@pytest.mark.requirement("HED-05")
@pytest.mark.parametrize(
    ("rehedge", "coins", "traded"),
    [("edge", 5.0, -2.0), ("target", 5.0, -5.0), ("edge", -5.0, 2.0), ("edge", 3.0, None), ("edge", -3.0, None)],
)
def test_the_rule_of_three_sells_two_to_the_edge_and_five_to_the_target(
    rehedge: str, coins: float, traded: float | None
) -> None:
    from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit

    listed = worlds.perpetual()
    snapshot = worlds.market([(listed, worlds.quoted(listed, 60_000.0))], volatility_index={"BTC": 0.6})
    rule = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=3.0, rehedge_to=Rehedge(rehedge))
    actions, _, _ = decided(
        worlds.book({"USD": 1e7}, worlds.held(listed, coins)),
        snapshot,
        worlds.unlimited("balanced"),
        worlds.rules(band=rule),
    )
    offered = [float(leg.contracts) for a in actions if a.status is Status.OFFERED for leg in a.legs]
    assert offered == ([] if traded is None else [pytest.approx(traded)])
