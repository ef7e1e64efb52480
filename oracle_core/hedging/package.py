"""Several legs weighed as one: options, and the perpetual, future or spot that takes out the delta they leave."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.limits import STATE_LIMITS, excess
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.bands import band, target_delta
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.notional import order_notional
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.structures import cheapest_rate
from oracle_core.pricing.costs import trade_cost

Trades = Mapping[InstrumentId, Decimal]

PARTS = (Decimal(1), Decimal("0.75"), Decimal("0.5"), Decimal("0.25"))
"""Shares in which a package is tried, until no limit refuses it."""


class Hedging(StrEnum):
    """Whether a package brings its coin's net delta to the target: always, or where it would stray further."""

    ALWAYS = "always"
    NEEDED = "needed"


def package(
    case: Situation,
    kind: ActionKind,
    coin: str,
    trades: Trades,
    *,
    hedging: Hedging = Hedging.ALWAYS,
    notes: tuple[str, ...] = (),
    details: tuple[Detail, ...] = (),
) -> CandidateAction:
    """Signed contracts, with the hedge that they need, weighed as one action; without contracts the hedge alone.

    Raises: UntradableError: nothing is left to trade, a venue is closed, or the market shown cannot carry a leg.
    """
    wanted = _hedged(case, coin, {key: contracts for key, contracts in trades.items() if contracts}, hedging)
    if not wanted:
        raise UntradableError("smaller than the smallest contract")
    for key in wanted:
        status = case.view.market.status(key.venue)
        if status is not VenueStatus.OK:
            raise UntradableError(f"venue {key.venue} is in `{status}`")
    made = evaluate(case, kind, coin, wanted, details=details)
    return replace(made, notes=(*notes, *made.notes))


def in_parts(
    case: Situation,
    kind: ActionKind,
    coin: str,
    trades: Trades,
    *,
    hedging: Hedging = Hedging.ALWAYS,
    notes: tuple[str, ...] = (),
    details: tuple[Detail, ...] = (),
) -> CandidateAction:
    """The largest part of a package that no limit refuses, the options first cut and then hedged; else the whole.

    Raises: UntradableError: the market shown cannot carry even the smallest part.
    """
    listed = case.view.market.instruments
    whole: CandidateAction | None = None
    thin: UntradableError | None = None
    for share in PARTS:
        cut = {key: listed[key].grid.toward_zero(contracts * share) for key, contracts in trades.items()}
        if not all(cut.values()):
            break
        try:
            made = package(case, kind, coin, cut, hedging=hedging, notes=notes, details=details)
        except UntradableError as reason:
            thin = reason
            continue
        against = refusals(case, made)
        if not against:
            return made if whole is None else _clipped(made, whole, refusals(case, whole))
        whole = whole or made
        if _hopeless(case, whole):
            break
    if whole is None:
        raise thin or UntradableError("smaller than the smallest contract")
    return whole


def net_delta(case: Situation, coin: str, trades: Trades) -> float:
    """Net delta of a coin once working orders and `trades` are filled, in coins, trades as the strategy hedges them."""
    held = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    table = case.view.table
    rows = {key: table.row[key] for key in trades}
    return held + sum(
        float(contracts) * float(case.hedge_delta[rows[key]])
        for key, contracts in trades.items()
        if table.instruments[rows[key]].base == coin
    )


def comes_nearer(case: Situation, coin: str, trades: Trades) -> bool:
    """Whether trades bring a coin's net delta nearer to its target."""
    target = target_delta(case, coin)
    return abs(net_delta(case, coin, trades) - target) < abs(net_delta(case, coin, {}) - target)


def _hopeless(case: Situation, whole: CandidateAction) -> bool:
    """Whether no part of a refused package will do either.

    It deepens a breach at any size, rests on something unknown at any size, or its least part is too large.
    """
    limits, flow = case.persona.state_limits(), case.persona.flow_limits()
    least, equity = float(PARTS[-1]), max(case.equity_usd, 1.0)
    listed, index = case.view.market.instruments, case.view.index
    size = sum(order_notional(listed[leg.id], leg, index) for leg in whole.legs)
    deeper = any(
        excess(name, whole.after.measures.value(name), getattr(limits, name)) > was + 1e-9
        for name in STATE_LIMITS
        if (was := excess(name, whole.before.measures.value(name), getattr(limits, name))) > 0.0
    )
    return (
        deeper
        or (bool(whole.after.measures.unknown) and whole.terms.risk < case.resting.risk - 1e-9)
        or 100.0 * least * size / equity > flow.plan_notional_pct_equity
        or 10_000.0 * least * whole.cost.total / equity > flow.plan_cost_bps_equity
    )


def _clipped(made: CandidateAction, whole: CandidateAction, against: tuple[str, ...]) -> CandidateAction:
    share = abs(float(made.legs[0].contracts / whole.legs[0].contracts)) if made.legs[0].id == whole.legs[0].id else 0.0
    part = f"{100.0 * share:.0f} % of the whole" if share else "part of the whole"
    return replace(made, notes=(*made.notes, f"{part}, which is refused: {against[0]}"))


def _hedged(case: Situation, coin: str, trades: Trades, hedging: Hedging) -> dict[InstrumentId, Decimal]:
    """The trades with the cheapest leg that brings net delta to the target, to within one step of its grid."""
    found = dict(trades)
    away = net_delta(case, coin, trades) - target_delta(case, coin)
    if hedging is Hedging.NEEDED and not _strays(case, coin, away):
        return found
    leg = _cheapest_leg(case, coin, away, _venues(case, trades))
    if leg is not None:
        key, contracts = leg
        found[key] = found.get(key, Decimal(0)) + contracts
    return {key: contracts for key, contracts in found.items() if contracts}


def _strays(case: Situation, coin: str, away: float) -> bool:
    now = net_delta(case, coin, {}) - target_delta(case, coin)
    if abs(away) <= abs(now):
        return False
    rate = cheapest_rate(case, coin, -away)
    return rate is None or abs(away) > band(case, coin, rate).half_width


def _cheapest_leg(
    case: Situation, coin: str, away: float, venues: frozenset[str]
) -> tuple[InstrumentId, Decimal] | None:
    """What trades `-away` coins for least fee, spread and slippage; None where every grid is coarser than that.

    A venue where nothing is held comes last: a hedge there needs collateral of its own. Of two that cost the same
    the one that makes a position smaller.

    Raises: UntradableError: nothing that may hedge this coin can be traded for so much.
    """
    table, offers, coarse = case.view.table, list[tuple[bool, float, bool, InstrumentId, Decimal]](), False
    for row, listed in case.hedges(coin):
        if case.view.market.status(listed.venue) is not VenueStatus.OK:
            continue
        contracts = listed.grid.toward_zero(-away / float(table.delta[row]))
        if not contracts:
            coarse = True
            continue
        cost = _cost(case, listed, float(contracts))
        if cost is not None:
            grows = float(case.view.effective[row]) * float(contracts) >= 0.0
            offers.append((listed.venue not in venues, cost, grows, listed.id, contracts))
    if offers:
        *_, key, contracts = min(offers)
        return key, contracts
    if coarse or away == 0.0:
        return None
    raise UntradableError(f"nothing that may hedge {coin} trades {-away:+,.6g} coins to take out the delta it leaves")


def _venues(case: Situation, trades: Trades) -> frozenset[str]:
    """Where the book has something, or the package trades."""
    pools = {pool.venue for pool in case.view.portfolio.pools}
    return frozenset({*pools, *case.view.portfolio.venues, *(key.venue for key in trades)})


def _cost(case: Situation, listed: Instrument, contracts: float) -> float | None:
    found = trade_cost(listed, case.view.market.quote(listed.id), contracts, case.view.index[listed.base])
    return None if found is None else found.total
