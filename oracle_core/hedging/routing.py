"""Where a delta is traded for the least cost: the books of several venues and contracts walked together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from oracle_core.domain.hedge import CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.costs import TradeCost, trade_cost


class _Block(NamedTuple):
    """Coins that a level of a book offers, and what a coin costs there: fee and distance from the middle, in USD."""

    cost: float
    number: int
    coins: float


def route(case: Situation, listed: Sequence[Instrument], coins: float) -> dict[InstrumentId, Decimal]:
    """Signed contracts that trade at most `coins` (signed) for the least cost now, split where that is cheaper.

    Every level of every book is a block at its own cost a coin; the cheapest are taken first. What rounding
    leaves over goes to the contract with the finest step.
    Returns: nothing where the books together show less than is needed.
    """
    taken = _taken(case, listed, coins)
    if not taken:
        return {}
    finest, *others = sorted(taken, key=lambda number: (_step(case, listed[number]), listed[number].id))
    trades: dict[InstrumentId, Decimal] = {}
    left = abs(coins)
    for number in (*others, finest):
        item, unit = listed[number], _unit(case, listed[number])
        shown = sum(block.coins for block in _blocks(case, number, item, coins))
        wanted = min(left, shown) if number == finest else taken[number]
        contracts = item.grid.toward_zero(wanted / unit)
        if contracts:
            trades[item.id] = contracts if coins > 0.0 else -contracts
            left -= float(contracts) * unit
    return trades


def backup_details(case: Situation, action: CandidateAction) -> tuple[Detail, ...]:
    """What a hedge costs beyond the cheapest place that would have taken it, were its venue not closed."""
    if action.coin is None or len(action.legs) != 1 or case.view.index.get(action.coin) is None:
        return ()
    found: list[tuple[float, Instrument]] = []
    for _, item in case.hedges(action.coin):
        if case.view.market.status(item.venue) is VenueStatus.OK:
            continue
        cost = _cost(case, item, action.legs[0].coins / _unit(case, item))
        if cost is not None:
            found.append((cost.total, item))
    if not found:
        return ()
    cheapest, item = min(found, key=lambda pair: (pair[0], pair[1].id))
    status = case.view.market.status(item.venue).value
    return (Detail(f"cost beyond {item.symbol} on {item.venue}, in {status}", action.cost.total - cheapest, "USD"),)


def _taken(case: Situation, listed: Sequence[Instrument], coins: float) -> dict[int, float] | None:
    """Unsigned coins taken from each book, the cheapest blocks first; None where all of them are too thin."""
    left, taken = abs(coins), dict[int, float]()
    blocks = [block for number, item in enumerate(listed) for block in _blocks(case, number, item, coins)]
    for block in sorted(blocks):
        if left <= 0.0:
            break
        some = min(block.coins, left)
        taken[block.number] = taken.get(block.number, 0.0) + some
        left -= some
    return taken if left <= 1e-12 * abs(coins) else None


def _blocks(case: Situation, number: int, item: Instrument, coins: float) -> Iterator[_Block]:
    quote = case.view.market.quotes[item.id]
    buys = coins > 0.0
    best, fair = (quote.best_ask if buys else quote.best_bid), quote.mid or quote.mark
    if best is None or not fair:
        return
    levels = (quote.asks if buys else quote.bids) or ((best, abs(coins) / _unit(case, item)),)
    for price, contracts in levels:
        away = (price - fair) if buys else (fair - price)
        yield _Block(max(away, 0.0) + item.fees.taker * price, number, contracts * _unit(case, item))


def _cost(case: Situation, item: Instrument, contracts: float) -> TradeCost | None:
    return trade_cost(item, case.view.market.quotes[item.id], contracts, case.view.index[item.base])


def _unit(case: Situation, item: Instrument) -> float:
    return float(case.view.table.delta[case.view.table.row[item.id]])


def _step(case: Situation, item: Instrument) -> float:
    return float(item.grid.amount_step) * _unit(case, item)
