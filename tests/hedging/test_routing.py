"""A delta goes where it costs least: split over books, with capital and carry shown, and to a backup when one fails."""

from dataclasses import replace
from decimal import Decimal

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument, Kind, MarginTier
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.routing import route
from oracle_core.hedging.screen import screen
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit

TIERS = (MarginTier(up_to_notional=None, initial=0.05, maintenance=0.01),)
A, B = (worlds.perpetual(venue=venue, step="0.000001", tiers=TIERS) for venue in "ab")
TO_TARGET = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.001, rehedge_to=Rehedge.TARGET)
Ladder = tuple[tuple[float, float], ...]


def facing(pairs, coins: float, **more) -> Proposal:
    """Long `coins` of spot that no book here trades, hedged to zero."""
    stock = worlds.spot(venue="vault")
    quote = worlds.quoted(stock, 100_000.0, bids=(), asks=(), bid=None, ask=None)
    snapshot = worlds.market([(stock, quote), *pairs], volatility_index={"BTC": 0.5}, **more)
    book = worlds.book({"USD": 1e8}, worlds.held(stock, coins))
    return worlds.proposed(book, snapshot, worlds.unlimited("balanced"), worlds.rules(band=TO_TARGET))


def sold(found: Proposal, *venues: str) -> CandidateAction | None:
    return next(
        (
            item
            for item in found.candidates
            if item.kind is ActionKind.TO_TARGET and {leg.venue for leg in item.legs} == set(venues)
        ),
        None,
    )


def shown(listed: Instrument, *bids: tuple[float, float]):
    return listed, worlds.quoted(listed, 100_000.0, bids=bids, bid=bids[0][0], ask=100_010.0, asks=((100_010.0, 1e9),))


@pytest.mark.requirement("HED-32")
def test_two_thin_books_together_cost_less_than_either() -> None:
    found = facing([shown(A, (99_990.0, 5.0), (99_000.0, 9.0)), shown(B, (99_980.0, 6.0), (98_000.0, 9.0))], 10.0)
    split, a, b = sold(found, "a", "b"), sold(found, "a"), sold(found, "b")
    assert split is not None
    assert a is not None
    assert b is not None
    assert {leg.venue: leg.contracts for leg in split.legs} == {"a": Decimal("-5"), "b": Decimal("-5")}
    assert split.cost.total < min(a.cost.total, b.cost.total)
    saved = next(item.value for item in split.details if item.name.startswith("saved"))
    assert saved == pytest.approx(min(a.cost.total, b.cost.total) - split.cost.total)


def test_one_deep_book_is_not_split() -> None:
    found = facing([shown(A, (99_990.0, 50.0)), shown(B, (99_980.0, 50.0))], 10.0)
    assert sold(found, "a", "b") is None


def test_what_no_single_book_shows_is_split_and_said() -> None:
    found = facing([shown(A, (99_990.0, 6.0)), shown(B, (99_980.0, 6.0))], 10.0)
    split = sold(found, "a", "b")
    assert split is not None
    assert "no single book shows as much" in split.notes
    assert sold(found, "a") is None


levels = st.lists(st.tuples(st.floats(0.1, 300.0), st.floats(0.05, 5.0)), min_size=1, max_size=4)


def ladder(drawn: list[tuple[float, float]]) -> Ladder:
    prices = sorted((100_000.0 - away for away, _ in drawn), reverse=True)
    return tuple(zip(prices, (size for _, size in drawn), strict=True))


def cost(case: Situation, trades) -> float | None:
    try:
        return evaluate(case, ActionKind.TO_TARGET, "BTC", trades).cost.total
    except UntradableError:
        return None


@pytest.mark.requirement("HED-32")
@settings(max_examples=60, deadline=None)
@given(
    one=levels, other=levels, fees=st.tuples(st.floats(0.0, 0.001), st.floats(0.0, 0.001)), share=st.floats(0.05, 1.0)
)
def test_a_split_never_costs_more_than_the_best_single_venue(one, other, fees, share: float) -> None:
    listed = [worlds.perpetual(venue=name, fee=fee, step="0.000001") for name, fee in zip("ab", fees, strict=True)]
    # A common middle, so that both books are measured from the same price.
    pairs = []
    for item, drawn in zip(listed, (one, other), strict=True):
        bids = ladder(drawn)
        mirror = 200_000.0 - bids[0][0]
        pairs.append(
            (item, worlds.quoted(item, 100_000.0, bids=bids, bid=bids[0][0], ask=mirror, asks=((mirror, 1e9),)))
        )
    coins = float(f"{share * max(sum(size for _, size in drawn) for drawn in (one, other)):.6f}")
    case = facing(pairs, coins).case
    split = cost(case, route(case, listed, -coins))
    alone = [cost(case, {item.id: item.grid.toward_zero(-coins)}) for item in listed]
    best = min((found for found in alone if found is not None), default=None)
    assert split is not None
    assert best is None or split <= best + 1e-6 * 100_000.0 * 0.01 + 1e-6


@pytest.mark.requirement("ENG-05")
def test_spot_perpetual_and_future_are_compared_with_their_capital_and_carry() -> None:
    owned, dated = worlds.spot(venue="a"), replace(worlds.future(venue="a", days=73.0), margin_tiers=TIERS)
    funding = {"funding_rate": 0.0001, "funding_interval_hours": 8.0}
    found = facing(
        [
            (A, worlds.quoted(A, 100_000.0, **funding)), (dated, worlds.quoted(dated, 102_000.0, index=100_000.0)),
            (owned, worlds.quoted(owned, 100_000.0)),
        ],
        -10.0,
    )  # fmt: skip
    listed = found.case.view.market.instruments
    figures = {
        listed[item.legs[0].id].kind: {detail.name: detail.value for detail in item.details}
        for item in found.candidates
        if item.kind is ActionKind.TO_TARGET and len(item.legs) == 1
    }
    assert set(figures) == {Kind.SPOT, Kind.PERPETUAL, Kind.FUTURE}
    assert figures[Kind.SPOT]["capital"] == pytest.approx(1e6)
    assert figures[Kind.PERPETUAL]["capital"] == pytest.approx(0.05 * 1e6)
    assert figures[Kind.FUTURE]["capital"] == pytest.approx(0.05 * 1.02e6)
    assert figures[Kind.SPOT]["carry over horizon"] == 0.0
    assert figures[Kind.PERPETUAL]["carry over horizon"] == pytest.approx(-1e6 * 0.0001 / 8 * 34.354, rel=1e-4)
    assert figures[Kind.FUTURE]["carry over horizon"] == pytest.approx(-10.0 * 2_000.0 * 7 / 73)


@pytest.mark.requirement("EXE-05")
@pytest.mark.requirement("EXE-13")
def test_when_the_cheapest_venue_is_down_the_hedge_goes_to_the_backup_and_says_what_that_costs_more() -> None:
    dear = worlds.perpetual(venue="b", fee=0.001, step="0.000001")
    pairs = [shown(A, (99_990.0, 50.0)), shown(dear, (99_990.0, 50.0))]
    usual = facing(pairs, 10.0)
    ranked = screen(usual.case, usual.candidates)
    best = next(item for item in ranked if item.status is not Status.REFUSED and item.legs)
    assert {leg.venue for leg in best.legs} == {"a"}
    down = facing(pairs, 10.0, venue_status={"a": VenueStatus.MAINTENANCE})
    backup = sold(down, "b")
    assert backup is not None
    assert sold(down, "a") is None
    beyond = next(item for item in backup.details if item.name.startswith("cost beyond"))
    assert "in maintenance" in beyond.name
    assert beyond.value == pytest.approx(backup.cost.total - best.cost.total)


def test_the_cost_is_told_in_coins_and_in_contracts_too() -> None:
    found = facing([(A, worlds.quoted(A, 100_000.0))], 10.0)
    action = sold(found, "a")
    assert action is not None
    in_units = {item.unit: item.value for item in action.details if item.name == "cost"}
    assert in_units["BTC"] == pytest.approx(action.cost.total / 100_000.0)
    assert in_units["contracts"] == pytest.approx(action.cost.total / 100_000.0)
    delayed = next(item.value for item in action.details if item.name.startswith("latency"))
    assert delayed == pytest.approx(1e6 * 0.5 / (365 * 86_400) ** 0.5, rel=1e-6)


@pytest.mark.requirement("HED-30")
def test_a_hundred_bitcoin_on_a_thin_book_cost_more_each_and_are_clipped_with_the_reason() -> None:
    def hedged(day: float) -> CandidateAction:
        listed, quote = shown(A, (99_990.0, 20.0), (99_900.0, 20.0))
        action = sold(facing([(listed, replace(quote, volume_24h=day))], 100.0), "a")
        assert action is not None
        return action

    whole, clipped = hedged(5_000.0), hedged(600.0)
    assert float(whole.legs[0].contracts) == pytest.approx(-100.0)
    assert any("60 contracts" in note and "square-root impact" in note for note in whole.notes)
    deep = sold(facing([shown(A, (99_990.0, 1_000.0))], 100.0), "a")
    assert deep is not None
    assert whole.cost.total > deep.cost.total
    assert float(clipped.legs[0].contracts) == pytest.approx(-60.0)
    assert any("clipped to 10 % of a day's volume" in note for note in clipped.notes)
