"""What the journal remembers of an account before now: its cycles, hedges, results and clean days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.moment import Moment, PastHedge, Since
from oracle_core.journal.account import PaperAccount
from oracle_core.journal.cycles import CycleLine, newest_cycles
from oracle_core.journal.fills import FillLine
from oracle_core.journal.states import HALTED, REDUCING
from oracle_core.journal.store import Journal
from oracle_core.pricing.costs import gain_in_settle, settle_in_usd
from oracle_core.pricing.inputs import reference

MOST_CYCLES = 500
HEDGE_DAYS = timedelta(days=7)


def remembered(journal: Journal, account: str, market: MarketSnapshot, paper: PaperAccount | None) -> Since:
    """The account's cycles before the market's moment, and its fills up to it.

    A cycle of the same moment is not before: the same question asked twice sees the same past.
    """
    lines = newest_cycles(journal, MOST_CYCLES)
    mine = [line for line in lines if line.moment is not None and line.moment.account == account]
    past = sorted((line.moment for line in mine if line.moment and line.as_of < market.as_of), key=lambda one: one.at)
    filled = [line for line in (paper.fills if paper else ()) if line.fill.filled_at <= market.as_of]
    return Since(
        last=past[-1] if past else None, first=past[0] if past else None,
        hedged=_hedged(mine, filled), fired=_fired(past), hedges=past_hedges(filled, market.as_of - HEDGE_DAYS),
        pnl_usd=_pnl(mine, filled, market),
        clean_days=_clean_days({moment.at.date() for moment in past}, _stops(journal)) if past else None,
    )  # fmt: skip


def _fired(past: Sequence[Moment]) -> dict[str, Moment]:
    return {key: replace(moment, fired=()) for moment in past for key in moment.fired}


def _hedged(lines: Sequence[CycleLine], filled: Sequence[FillLine]) -> dict[str, Moment]:
    """By coin, the moment of the cycle whose plan hedged it last, at the price of the fill."""
    planned = {line.plan_hash: line.moment for line in lines if line.plan_hash is not None}
    found: dict[str, Moment] = {}
    for line in filled:
        decided, coin = planned.get(line.plan_hash), line.instrument.base
        if line.instrument.is_option:
            continue
        base = decided or Moment(at=line.fill.filled_at)
        found[coin] = replace(base, at=line.fill.filled_at, prices={**base.prices, coin: line.index}, fired=())
    return found


def past_hedges(filled: Iterable[FillLine], since: datetime) -> tuple[PastHedge, ...]:
    """The fills of perpetuals, futures and spot since a time, those of one plan and coin as one, with their results."""
    groups: dict[tuple[str, str], list[FillLine]] = {}
    for line in filled:
        if not line.instrument.is_option and line.fill.filled_at >= since:
            groups.setdefault((line.plan_hash, line.instrument.base), []).append(line)
    made = sorted((_one(lines) for lines in groups.values()), key=lambda item: (item[0].at, item[0].coin))
    return tuple(_closed(number, made) for number in range(len(made)))


def _one(lines: Sequence[FillLine]) -> tuple[PastHedge, float]:
    """A hedge, and the USD it cost: fees, and what its fills paid beyond the mark."""
    first = lines[0]
    coins = sum(_coins(line) for line in lines)
    cost = sum(_fee_usd(line) - _gain(line, line.mark) for line in lines)
    return PastHedge(at=first.fill.filled_at, coin=first.instrument.base, coins=coins, price=first.index), cost


def _closed(number: int, made: Sequence[tuple[PastHedge, float]]) -> PastHedge:
    hedge, cost = made[number]
    later = next((other for other, _ in made[number + 1 :] if other.coin == hedge.coin), None)
    return hedge if later is None else replace(hedge, result_usd=hedge.coins * (later.price - hedge.price) - cost)


def _pnl(lines: Sequence[CycleLine], filled: Sequence[FillLine], market: MarketSnapshot) -> dict[str, float]:
    strategies: Mapping[str | None, str] = {line.plan_hash: line.strategy for line in lines if line.plan_hash}
    found: dict[str, float] = {}
    for line in filled:
        name = strategies.get(line.plan_hash)
        quote = market.quotes.get(line.fill.id)
        now = None if quote is None else reference(quote)
        if name is not None:
            gained = _gain(line, line.mark if now is None else now) - _fee_usd(line)
            found[name] = found.get(name, 0.0) + gained
    return found


def _gain(line: FillLine, mark: float) -> float:
    """USD a fill gains when its contract is marked there."""
    listed = line.instrument
    return settle_in_usd(listed, line.index) * gain_in_settle(listed, float(line.fill.contracts), line.fill.price, mark)


def _fee_usd(line: FillLine) -> float:
    coin = line.fill.fee_currency == line.instrument.base
    return line.fill.fee * (line.index if coin else 1.0)


def _coins(line: FillLine) -> float:
    side = 1.0 if line.fill.contracts > 0 else -1.0
    return side * line.notional_usd / line.index


def _stops(journal: Journal) -> list[datetime]:
    return [entry.at for kind in (HALTED, REDUCING) for entry in journal.entries(kind)]


def _clean_days(days: set[date], stops: Sequence[datetime]) -> int:
    """Days with a cycle after the last day on which the desk was stopped."""
    last = max((moment.date() for moment in stops), default=None)
    return sum(last is None or day > last for day in days)
