"""Deleverage: closing the same share of everything a coin, or the whole book, holds, until a breach ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal

import numpy as np

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Grid, InstrumentId
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.evaluate import UntradableError, cost, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.limits import breached, cures, ends_a_breach, state_refusals
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective
from oracle_core.risk.outlook import outlook

SHARES = tuple(Decimal(part) / 8 for part in range(1, 9))
"""Shares tried from small to full, before the first that cures is narrowed down."""

FINEST = Decimal("0.001")
LIQUIDATION_SHARES = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))
"""What is offered where equity is gone: limits mean nothing there, and less is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closing:
    """What closes a coin, or the whole book: rows, signed contracts and their grids; `stuck` positions nobody takes.

    weighed: the book by the share that is closed, kept as it is weighed.
    """

    case: Situation
    coin: str | None
    rows: tuple[int, ...]
    lots: tuple[tuple[Grid, Decimal], ...]
    stuck: int
    weighed: dict[Decimal, Outlook] = field(default_factory=dict[Decimal, Outlook])

    def sizes(self, share: Decimal) -> list[Decimal]:
        """Contracts by row that close a share, each rounded toward less on its grid."""
        return [grid.toward_zero(contracts * share) for grid, contracts in self.lots]

    def trades(self, share: Decimal) -> dict[InstrumentId, Decimal]:
        """The same by instrument; what is below its grid is left out."""
        sized = zip(self.rows, self.sizes(share), strict=True)
        return {self.case.view.table.instruments[row].id: contracts for row, contracts in sized if contracts}

    def action(self, share: Decimal) -> CandidateAction | None:
        """A share of every position closed; None where no position can be closed, or is large enough for its grid.

        What nobody takes off the desk's hands now stays: a note counts it.

        Raises: UntradableError: a position that would be closed cannot be traded.
        """
        trades = self.trades(share)
        if not trades:
            return None
        closed = Detail("share of the positions closed", 100.0 * float(share), "%")
        details = (closed, *_released(self.case, trades))
        action = evaluate(self.case, ActionKind.DELEVERAGE, self.coin, trades, details=details)
        note = (f"{self.stuck} positions stay: nobody stands on the side that closes them, or their venue is closed",)
        return replace(action, notes=(*action.notes, *note)) if self.stuck else action

    def after(self, share: Decimal, paid: float) -> Outlook:
        """The book once a share is closed, if closing all of it costs `paid` USD: weighed without its legs."""
        if share not in self.weighed:
            traded = np.zeros(len(self.case.view.table.instruments))
            traded[list(self.rows)] = [float(size) for size in self.sizes(share)]
            venues = {self.case.view.table.instruments[row].venue for row in np.flatnonzero(traded).tolist()}
            parts = {venue: float(share) * paid / len(venues) for venue in venues}
            self.weighed[share] = outlook(self.case.view, traded, parts, vols=self.case.vols)
        return self.weighed[share]


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
        closing = _closing(case, coin)
        try:
            for made in _liquidating(closing) if case.equity_usd <= 0.0 else _curing(closing):
                candidates.setdefault(made.id, made)
        except UntradableError as reason:
            left_out[f"deleverage {coin or 'the book'}"] = str(reason)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _liquidating(closing: _Closing) -> Iterator[CandidateAction]:
    for share in LIQUIDATION_SHARES:
        action = closing.action(share)
        if action is not None:
            yield replace(action, duty=True)


def _curing(closing: _Closing) -> Iterator[CandidateAction]:
    case, whole = closing.case, closing.trades(Decimal(1))
    paid = cost(case, whole).total
    if not whole or _is_a_delta_hedge(case, whole):
        return
    for wholly in (True, False):
        share = _smallest(closing, paid, wholly=wholly)
        while share is not None and share <= 1:
            action = closing.action(share)
            if action is not None and cures(case, action) and not (wholly and breached(case, action.after)):
                yield replace(action, duty=True)
                return
            share += FINEST  # costs are not quite in proportion to the share


def _is_a_delta_hedge(case: Situation, whole: Mapping[InstrumentId, Decimal]) -> bool:
    """Whether the only position is linear and closing it brings delta to its target: the delta family sizes that."""
    listed = [case.view.market.instruments[key] for key in whole]
    if len(listed) != 1 or listed[0].is_option:
        return False
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == listed[0].base)
    return float(whole[listed[0].id]) * (target_delta(case, listed[0].base) - net) > 0.0


def _smallest(closing: _Closing, paid: float, *, wholly: bool) -> Decimal | None:
    """The smallest share that seems to cure, with costs in proportion: most sizes are weighed without their legs."""
    failed = Decimal(0)
    for share in SHARES:
        if _seems_cured(closing, share, paid, wholly=wholly):
            cured = share
            while cured - failed > FINEST:
                middle = (failed + cured) / 2
                cures_too = _seems_cured(closing, middle, paid, wholly=wholly)
                failed, cured = (failed, middle) if cures_too else (middle, cured)
            return cured.quantize(FINEST, ROUND_CEILING)
        failed = share
    return None


def _seems_cured(closing: _Closing, share: Decimal, paid: float, *, wholly: bool) -> bool:
    case, after = closing.case, closing.after(share, paid)
    if state_refusals(case, case.hold, after):
        return False
    return not breached(case, after) if wholly else ends_a_breach(case, case.hold, after)


def _closing(case: Situation, coin: str | None) -> _Closing:
    held = np.flatnonzero(case.view.held)
    rows = held if coin is None else np.intersect1d(held, case.view.rows[coin])
    closable = tuple(row for row in map(int, rows) if _is_closable(case, row))
    lots = tuple(
        (case.view.table.instruments[row].grid, Decimal(repr(-float(case.view.held[row])))) for row in closable
    )
    return _Closing(case=case, coin=coin, rows=closable, lots=lots, stuck=len(rows) - len(closable))


def _is_closable(case: Situation, row: int) -> bool:
    """Whether what is held of a row can be traded back at its best price."""
    listed = case.view.table.instruments[row]
    quote = case.view.market.quotes[listed.id]
    price = quote.best_bid if case.view.held[row] > 0.0 else quote.best_ask
    return price is not None and case.view.market.status(listed.venue) is VenueStatus.OK


def _released(case: Situation, trades: dict[InstrumentId, Decimal]) -> tuple[Detail, ...]:
    rows = np.array([case.view.table.row[key] for key in trades])
    sizes = np.array([abs(float(contracts)) for contracts in trades.values()])
    return (Detail("notional closed", float(sizes @ case.view.table.notional_usd[rows]), "USD"),)


FAMILY = Family(
    name="deleverage", kinds=frozenset({ActionKind.DELEVERAGE}), aim=Objective.VARIANCE, propose=deleveraging,
    always=True,
)  # fmt: skip
