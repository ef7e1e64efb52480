"""Duties when what was hedged goes away: a hedge left alone, and delta that melts while options settle."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import Position
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import is_open
from oracle_core.playbook.persona import Objective

SETTLEMENT_YEARS = 0.5 / 8_760.0
"""Options settle on the average of the last half hour, so their delta melts within it."""


def unwinds(case: Situation) -> Found:
    """Orphaned hedges to close, and coins to flatten while options of theirs settle."""
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    for held in _orphans(case):
        try:
            made = _closed(case, held)
            candidates.update({} if made is None else {made.id: made})
        except UntradableError as reason:
            left_out[f"orphaned hedge {held.id}"] = str(reason)
    for coin in case.view.coins:
        try:
            made = _flattened(case, coin) if _settles(case, coin) else None
            candidates.update({} if made is None else {made.id: made})
        except UntradableError as reason:
            left_out[f"settlement of {coin}"] = str(reason)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _orphans(case: Situation) -> list[Position]:
    """Perpetuals and futures held for a strategy that holds no option and no opposite leg any more, in any coin.

    A position that names no strategy is nobody's hedge: it may be what the desk wants to hold.
    """
    listed = case.view.market.instruments
    positions = case.view.portfolio.positions
    found: list[Position] = []
    for held in positions:
        if held.strategy is None or listed[held.id].kind not in (Kind.PERPETUAL, Kind.FUTURE):
            continue
        mates = [item for item in positions if item.strategy == held.strategy]
        if not any(listed[item.id].is_option or item.contracts * held.contracts < 0.0 for item in mates):
            found.append(held)
    return [held for held in found if not case.view.collateral(listed[held.id].base)]


def _closed(case: Situation, held: Position) -> CandidateAction | None:
    """The orphan closed as far as no working order, and no other position, does so already.

    Raises: UntradableError: its venue is closed, or nobody stands on the side that closes it.
    """
    listed = case.view.market.instruments[held.id]
    if not is_open(case, listed):
        raise UntradableError(f"venue {listed.venue} is closed")
    effective = float(case.view.effective[case.view.table.row[listed.id]])
    left = min(abs(held.contracts), abs(effective)) if effective * held.contracts > 0.0 else 0.0
    size = listed.grid.toward_zero(Decimal(repr(left)).copy_sign(Decimal(repr(-held.contracts))))
    if not size:
        return None
    action = evaluate(case, ActionKind.CLOSE, listed.base, {held.id: size})
    why = f"nothing of strategy {held.strategy} is left for {listed.symbol} to hedge"
    return replace(action, duty=True, notes=(*action.notes, why))


def _settles(case: Situation, coin: str) -> bool:
    """Whether options of a coin settle, in a desk whose strategy says what delta it wants."""
    rows = case.view.rows[coin]
    near = case.view.table.kinds[Kind.OPTION][rows] & (case.view.table.years[rows] <= SETTLEMENT_YEARS)
    return case.has_delta_view and bool(np.any(near & (case.view.held[rows] != 0.0)))


def _flattened(case: Situation, coin: str) -> CandidateAction | None:
    """The coin's delta brought to its target with what trades at the least cost, and shows enough.

    Raises: UntradableError: no open venue shows as much.
    """
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    wanted = target_delta(case, coin) - net
    choices = [
        (rate, found)
        for _, found in case.hedges(coin)
        if wanted and is_open(case, found) and (rate := cost_rate(case, found.id, wanted)) is not None
    ]
    thin: UntradableError | None = None
    for _, listed in sorted(choices, key=lambda choice: (choice[0], choice[1].id)):
        unit = float(case.view.table.delta[case.view.table.row[listed.id]])
        size = listed.grid.toward_zero(wanted / unit)
        try:
            action = evaluate(case, ActionKind.TO_TARGET, coin, {listed.id: size}) if size else None
        except UntradableError as reason:
            thin = reason
            continue
        if action is not None:
            note = f"options of {coin} settle: their delta melts away"
            return replace(action, duty=True, notes=(*action.notes, note))
    if thin is not None:
        raise thin
    return None


FAMILY = Family(
    name="unwind", kinds=frozenset({ActionKind.CLOSE, ActionKind.TO_TARGET}), aim=Objective.VARIANCE,
    propose=unwinds, always=True,
)  # fmt: skip
