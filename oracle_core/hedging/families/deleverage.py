"""Deleverage: closing the same share of everything a coin, or the whole book, holds, until a breach ends."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import TypeAlias

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Grid, InstrumentId
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.evaluate import UntradableError, evaluate, trade_vector
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.limits import breached, cures, ends_a_breach, state_refusals
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective
from oracle_core.risk.outlook import outlook

SHARES = tuple(Decimal(part) / 8 for part in range(1, 9))
"""Shares tried from small to full, before the first that cures is narrowed down."""

FINEST = Decimal("0.001")
_Lots: TypeAlias = tuple[tuple[InstrumentId, Grid, Decimal], ...]
"""Contracts that close what is held, with the grids they trade on."""

LIQUIDATION_SHARES = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))
"""What is offered where equity is gone: limits mean nothing there, and less is better."""


def deleveraging(case: Situation) -> Found:
    """The smallest share that ends every breach, else one of them, per coin and of the whole book.

    Without equity it is the state of liquidation: shares of the whole book and of each coin, as duties, whatever they
    cure.
    """
    if not case.view.effective.any() or not (case.equity_usd <= 0.0 or breached(case, case.hold)):
        return Found(candidates=(), left_out={})
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    held = [coin for coin in case.view.coins if case.view.held[case.view.rows[coin]].any()]
    for coin in [*held, *([None] if len(held) > 1 else [])]:
        try:
            for made in _liquidating(case, coin) if case.equity_usd <= 0.0 else _curing(case, coin):
                candidates.setdefault(made.id, made)
        except UntradableError as reason:
            left_out[f"deleverage {coin or 'the book'}"] = str(reason)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _liquidating(case: Situation, coin: str | None) -> Iterator[CandidateAction]:
    for share in LIQUIDATION_SHARES:
        action = closing(case, coin, share)
        if action is not None:
            yield replace(action, duty=True)


def _curing(case: Situation, coin: str | None) -> Iterator[CandidateAction]:
    lots = _lots(case, coin)
    whole = closing(case, coin, Decimal(1))
    if whole is None or _is_a_delta_hedge(case, whole):
        return
    for wholly in (True, False):
        share = _smallest(case, lots, whole.cost.total, wholly=wholly)
        while share is not None and share <= 1:
            action = closing(case, coin, share)
            if action is not None and cures(case, action) and not (wholly and breached(case, action.after)):
                yield replace(action, duty=True)
                return
            share += FINEST  # costs are not quite in proportion to the share


def _is_a_delta_hedge(case: Situation, whole: CandidateAction) -> bool:
    """Whether the only position is linear and closing it brings delta to its target: the delta family sizes that."""
    if len(whole.legs) != 1 or case.view.market.instruments[whole.legs[0].id].is_option:
        return False
    coin = case.view.market.instruments[whole.legs[0].id].base
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    return whole.legs[0].coins * (target_delta(case, coin) - net) > 0.0


def _smallest(case: Situation, lots: _Lots, cost: float, *, wholly: bool) -> Decimal | None:
    """The smallest share that seems to cure, with costs in proportion: most sizes are weighed without their legs."""
    failed = Decimal(0)
    for share in SHARES:
        if _seems_cured(case, lots, share, cost, wholly=wholly):
            cured = share
            while cured - failed > FINEST:
                middle = (failed + cured) / 2
                cures_too = _seems_cured(case, lots, middle, cost, wholly=wholly)
                failed, cured = (failed, middle) if cures_too else (middle, cured)
            return cured.quantize(FINEST, ROUND_CEILING)
        failed = share
    return None


def _seems_cured(case: Situation, lots: _Lots, share: Decimal, cost: float, *, wholly: bool) -> bool:
    trades = _trades(lots, share)
    paid = {key.venue: 0.0 for key in trades}
    paid = {venue: float(share) * cost / len(paid) for venue in paid}
    after = outlook(case.view, trade_vector(case, trades), paid, vols=case.vols)
    if state_refusals(case, case.hold, after):
        return False
    return not breached(case, after) if wholly else ends_a_breach(case, case.hold, after)


def closing(case: Situation, coin: str | None, share: Decimal) -> CandidateAction | None:
    """A share of every position of a coin, or of the book, closed; each leg rounded toward less on its grid.

    What nobody takes off the desk's hands now stays: a note counts it.

    Returns: None where no position can be closed, or is large enough for its grid.
    Raises: UntradableError: a position that would be closed cannot be traded.
    """
    trades = _trades(_lots(case, coin), share)
    if not trades:
        return None
    closed = Detail("share of the positions closed", 100.0 * float(share), "%")
    action = evaluate(case, ActionKind.DELEVERAGE, coin, trades, details=(closed, *_released(case, trades)))
    stuck = len(_rows(case, coin)) - len(_closable(case, coin))
    note = (f"{stuck} positions stay: nobody stands on the side that closes them, or their venue is closed",)
    return replace(action, notes=(*action.notes, *note)) if stuck else action


def _lots(case: Situation, coin: str | None) -> _Lots:
    rows = [(case.view.table.instruments[row], float(case.view.held[row])) for row in _closable(case, coin)]
    return tuple((listed.id, listed.grid, Decimal(repr(-size))) for listed, size in rows)


def _trades(lots: _Lots, share: Decimal) -> dict[InstrumentId, Decimal]:
    sized = ((key, grid.toward_zero(contracts * share)) for key, grid, contracts in lots)
    return {key: contracts for key, contracts in sized if contracts}


def _rows(case: Situation, coin: str | None) -> list[int]:
    rows = np.flatnonzero(case.view.held)
    return [int(row) for row in (rows if coin is None else np.intersect1d(rows, case.view.rows[coin]))]


def _closable(case: Situation, coin: str | None) -> list[int]:
    """The held rows of a coin, or of the book, that can be traded back at their best price."""
    instruments, market = case.view.table.instruments, case.view.market
    return [
        row
        for row in _rows(case, coin)
        if market.status(instruments[row].venue) is VenueStatus.OK
        and (quote := market.quotes[instruments[row].id])
        and (quote.best_bid if case.view.held[row] > 0.0 else quote.best_ask) is not None
    ]


def _released(case: Situation, trades: dict[InstrumentId, Decimal]) -> tuple[Detail, ...]:
    rows = np.array([case.view.table.row[key] for key in trades])
    sizes = np.array([abs(float(contracts)) for contracts in trades.values()])
    return (Detail("notional closed", float(sizes @ case.view.table.notional_usd[rows]), "USD"),)


FAMILY = Family(
    name="deleverage", kinds=frozenset({ActionKind.DELEVERAGE}), aim=Objective.VARIANCE, propose=deleveraging,
    always=True,
)  # fmt: skip
