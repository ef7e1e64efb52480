"""Two legs of one coin that offset each other: how many contracts of each, how large, and what they are as figures."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.situation import Situation

PARTS = (Decimal("0.75"), Decimal("0.5"), Decimal("0.25"))
"""Shares of a size that are tried where a limit refuses the whole, as everywhere on a card."""

Trades = dict[InstrumentId, Decimal]
Weigh = Callable[[float], CandidateAction | None]
"""Coins a leg to the action that trades them; None where that is below what the grids allow."""


class Room(NamedTuple):
    """USD of gross notional that may be added, and the cap that says so."""

    usd: float
    cap: str


def offsetting(case: Situation, sold: Instrument, bought: Instrument, coins: float) -> Trades | None:
    """Sell and buy the same coins of two contracts, at most `coins` each, as equal as the finer grid allows.

    Returns: signed contracts; None where one of them would be below its minimum.
    """
    units = {listed.id: _coins_per_contract(case, listed) for listed in (sold, bought)}
    coarse, fine = sorted((sold, bought), key=lambda item: -float(item.grid.amount_step) * units[item.id])
    first = coarse.grid.toward_zero(coins / units[coarse.id])
    second = fine.grid.toward_zero(float(first) * units[coarse.id] / units[fine.id])
    if not first or not second:
        return None
    sizes = {coarse.id: first, fine.id: second}
    return {sold.id: -sizes[sold.id], bought.id: sizes[bought.id]}


def room(case: Situation, kind: ActionKind) -> Room:
    """What may be added in one plan: the persona's plan limit, its leverage, and the budgets of the strategies."""
    equity, persona = max(case.equity_usd, 0.0), case.persona
    used = case.hold.measures.gross_leverage
    caps = [
        Room(persona.plan_notional_pct_equity / 100.0 * equity, f"plan_notional_pct_equity of {persona.name}"),
        Room(max(persona.gross_leverage - used, 0.0) * equity, f"gross_leverage of {persona.name}"),
    ]
    most = case.strategy.allowance(kind, "added_notional_pct_equity")
    if most is not None:
        caps.append(Room(most / 100.0 * equity, f"budget.added_notional_pct_equity of strategy {case.strategy.name}"))
    return min(caps)


def coins_within(case: Situation, allowed: Room, sold: Instrument, bought: Instrument) -> float:
    """Coins a leg that two legs may have so that their notional together stays within a room."""
    table = case.view.table
    rows = [table.row[listed.id] for listed in (sold, bought)]
    return allowed.usd / sum(float(table.notional_usd[row] / table.delta[row]) for row in rows)


def largest_allowed(case: Situation, coins: float, weigh: Weigh) -> CandidateAction | None:
    """The whole size, or the largest part of it that no limit refuses; the whole, with its refusal, where none is.

    Raises: UntradableError: the market cannot carry even the smallest part.
    """
    whole, thin = _try(weigh, coins)
    if whole is not None and not refusals(case, whole):
        return whole
    for share in PARTS:
        part, _ = _try(weigh, coins * float(share))
        if part is not None and not refusals(case, part):
            return part
        whole = whole or part
    if whole is None and thin is not None:
        raise thin
    return whole


def is_open(case: Situation, listed: Instrument) -> bool:
    return case.view.market.status(listed.venue) is VenueStatus.OK


def rows_of(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> dict[int, float]:
    """Trades as signed contracts by row of the view's table."""
    return {case.view.table.row[key]: float(contracts) for key, contracts in trades.items()}


def _try(weigh: Weigh, coins: float) -> tuple[CandidateAction | None, UntradableError | None]:
    try:
        return weigh(coins), None
    except UntradableError as reason:
        return None, reason


def _coins_per_contract(case: Situation, listed: Instrument) -> float:
    return float(case.view.table.delta[case.view.table.row[listed.id]])
