"""Reducing what is held by a share, with its hedge: for a hot book, before an event, or once hedges have gained."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.heat import heat
from oracle_core.hedging.held import Lot, by_loss, entry_prices, option_lots, single_lots
from oracle_core.hedging.occasions import entry
from oracle_core.hedging.package import Hedging, comes_nearer, package
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.reduce import ReduceParams
from oracle_core.playbook.persona import Objective
from oracle_core.pricing.costs import gain_in_settle, settle_in_usd

MOST = 20
BPS = 10_000.0


class _Wish(NamedTuple):
    """Positions to give up a share of, and what asks for it."""

    lot: Lot
    hedging: Hedging
    note: str
    details: tuple[Detail, ...]


def reduce(case: Situation) -> Found:
    """A share of every group of options with its hedge, and of every inventory of hedges that has gained enough."""
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    params = case.strategy.params.reduce or ReduceParams()
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    cold = heat(case).short_of(params.heat_pct)
    if cold is not None:
        left_out["reduce"] = cold
    wishes = [*_structures(case, cold=cold is not None), *_linear(case, params, cold=cold is not None)]
    for wish in wishes[:MOST]:
        try:
            candidates.append(_reduced(case, wish, params.share_pct))
        except UntradableError as reason:
            left_out[f"reduce {wish.lot.name}"] = str(reason)
    if len(wishes) > MOST:
        left_out["reduce"] = f"{len(wishes) - MOST:,} of {len(wishes):,} are not weighed: they lose less"
    return Found(candidates=tuple(candidates), left_out=left_out)


def _reduced(case: Situation, wish: _Wish, share_pct: float) -> CandidateAction:
    share = Decimal(repr(share_pct)) / 100
    listed = case.view.market.instruments
    trades = {key: listed[key].grid.toward_zero(contracts * share) for key, contracts in wish.lot.closing.items()}
    if not all(trades.values()):
        raise UntradableError(f"{share_pct:g} % of it is smaller than the smallest contract")
    notes = (f"gives up {share_pct:g} % of {wish.lot.name}", *((wish.note,) if wish.note else ()))
    return package(
        case, ActionKind.REDUCE, wish.lot.coin, trades, hedging=wish.hedging, notes=notes, details=wish.details
    )  # fmt: skip


def _structures(case: Situation, *, cold: bool) -> Iterator[_Wish]:
    """Options of one expiry and side: any where the book is hot, short ones before an event."""
    for lot in by_loss(case, option_lots(case, ours=False)):
        if not case.may_open(lot.coin):
            continue
        news = _news(case, lot)
        if news or not cold:
            yield _Wish(lot, Hedging.ALWAYS, news, ())


def _news(case: Situation, lot: Lot) -> str:
    """The event ahead that short convexity gives way to."""
    rules = case.strategy.params.events
    if rules is None or lot.side > 0.0:
        return ""
    found = entry(case, lot.coin, rules)
    return f"short convexity before {found.text}" if found.open else ""


def _linear(case: Situation, params: ReduceParams, *, cold: bool) -> Iterator[_Wish]:
    """Perpetuals, futures and spot whose end brings net delta nearer to its target, or that have gained enough."""
    for lot in by_loss(case, [lot for lot in single_lots(case) if not lot.instruments[0].is_option]):
        if not case.may_open(lot.coin):
            continue
        gained = _profit(case, lot, params)
        if gained is not None:
            said = f"this inventory has gained {gained:,.2f} USD"
            yield _Wish(lot, Hedging.NEEDED, said, (Detail("gain of the inventory", gained, "USD"),))
        elif not cold and comes_nearer(case, lot.coin, lot.closing):
            yield _Wish(lot, Hedging.NEEDED, "", ())


def _profit(case: Situation, lot: Lot, params: ReduceParams) -> float | None:
    """USD an inventory has gained, where that is more than the strategy waits for."""
    wanted = params.inventory_profit_bps_equity
    if wanted is None or lot.instruments[0].kind is Kind.SPOT:
        return None
    entries = entry_prices(case)
    gains = [_gain(case, key, contracts, entries[key]) for key, contracts in lot.legs.items()]
    known = [gain for gain in gains if gain is not None]
    total = sum(known)
    return total if len(known) == len(gains) and total >= wanted / BPS * case.equity_usd else None


def _gain(case: Situation, key: InstrumentId, contracts: Decimal, entered: float | None) -> float | None:
    if entered is None or entered <= 0.0:
        return None
    listed, price = case.view.market.instruments[key], float(case.view.table.price[case.view.table.row[key]])
    usd = settle_in_usd(listed, case.view.index[listed.base])
    return usd * gain_in_settle(listed, float(contracts), entered, price)


FAMILY = Family(name="reduce", kinds=frozenset({ActionKind.REDUCE}), aim=Objective.VARIANCE, propose=reduce)
