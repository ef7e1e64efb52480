"""What a trade costs, once for all: hedging, the paper venue and the simulator share these."""

from collections.abc import Sequence
from typing import NamedTuple

from oracle_core.domain.checks import SMALLEST
from oracle_core.domain.instrument import FeeBasis, Instrument, Kind
from oracle_core.domain.market import Level, Quote

DAYS_A_YEAR = 365.0
MOST_OF_A_DAY = 0.10
"""Share of a day's volume that one trade may be where the book shows less: beyond it no rule of impact was fitted."""


class Walk(NamedTuple):
    """Contracts found in a ladder of depth, and the average price they trade at."""

    filled: float
    average_price: float


class TradeCost(NamedTuple):
    """The cost of one trade now, in USD. `slippage` is None where no depth was given; `price` is the average."""

    fee: float
    half_spread: float
    slippage: float | None
    price: float
    notional_usd: float

    @property
    def total(self) -> float:
        """USD of what is known of it."""
        return self.fee + self.half_spread + (self.slippage or 0.0)


def walk(levels: Sequence[Level], contracts: float, *, inverse: bool = False) -> Walk:
    """Take depth from the best price outward until `contracts` (unsigned) are found or the ladder ends.

    The average is the price at which the whole is worth what its parts are: harmonic for an inverse contract,
    whose coins go with 1/price.

    >>> walk([(100.0, 2.0), (101.0, 5.0)], 4.0)
    Walk(filled=4.0, average_price=100.5)
    """
    filled = weight = 0.0
    for price, shown in levels:
        taken = min(shown, contracts - filled)
        if taken <= 0.0:
            break
        filled += taken
        weight += taken / price if inverse else taken * price
    if filled == 0.0:
        return Walk(0.0, 0.0)
    if filled <= levels[0][1]:  # one level: its price, to the last digit
        return Walk(filled, levels[0][0])
    return Walk(filled, filled / weight if inverse else weight / filled)


def is_inverse_linear(instrument: Instrument) -> bool:
    """Whether a contract is worth a fixed number of USD paid in coin: an inverse perpetual or future."""
    return not instrument.linear and instrument.kind in (Kind.PERPETUAL, Kind.FUTURE)


def gain_in_settle(instrument: Instrument, contracts: float, start: float, end: float) -> float:
    """P&L of holding signed contracts from one price to another, in units of the settlement currency."""
    size = contracts * instrument.contract_size
    return size * (1.0 / start - 1.0 / end) if is_inverse_linear(instrument) else size * (end - start)


def settle_in_usd(instrument: Instrument, index: float) -> float:
    """USD per unit of the settlement currency; a dollar stablecoin counts as one dollar."""
    coin_settled = not instrument.linear and instrument.kind is not Kind.SPOT
    return index if coin_settled else 1.0


def notional_usd(instrument: Instrument, contracts: float, price: float, index: float) -> float:
    """Unsigned USD of underlying that contracts stand for (an option counts its underlying)."""
    size = abs(contracts) * instrument.contract_size
    if is_inverse_linear(instrument):
        return size
    return size * (index if instrument.is_option else price)


def fee_in_settle(
    instrument: Instrument, contracts: float, price: float, index: float, *, maker: bool = False
) -> float:
    """The fee of one trade in the settlement currency; a rebate is negative.

    An option's fee on its underlying is capped at a share of the premium traded; a rebate is not capped.
    """
    fees = instrument.fees
    rate = fees.maker if maker else fees.taker
    size = abs(contracts) * instrument.contract_size
    premium = size * price
    if is_inverse_linear(instrument):
        base = size / price
    elif instrument.is_option and fees.basis is FeeBasis.UNDERLYING:
        base = size * index if instrument.linear else size
    else:
        base = premium
    fee = rate * base
    return min(fee, fees.cap_of_premium * premium) if fees.cap_of_premium is not None else fee


def trade_cost(
    instrument: Instrument, quote: Quote, contracts: float, index: float, *, vol: float | None = None
) -> TradeCost | None:
    """Fee, half-spread and depth slippage of taking signed contracts now, in USD.

    The half-spread is measured from the middle, or from the mark where nobody stands on the other side. What exceeds
    the ladder shown is priced by `square_root_impact`, where `vol` (annualised, of the coin) and a day's volume are
    known and the whole is at most `MOST_OF_A_DAY` of it.
    Returns: None when nobody stands on the side that is needed at a price a coin can have, or the ladder shown is
        thinner than can be priced.
    """
    best = quote.best_ask if contracts > 0 else quote.best_bid
    fair = quote.mid if quote.mid is not None else quote.mark
    if best is None or fair is None or fair <= 0.0 or (best < SMALLEST and not instrument.is_option):
        return None
    levels = quote.asks if contracts > 0 else quote.bids
    price = _average(instrument, quote, contracts, best, vol)
    if price is None:
        return None
    dollars = settle_in_usd(instrument, index)
    return TradeCost(
        fee=dollars * fee_in_settle(instrument, contracts, price, index),
        half_spread=dollars * max(gain_in_settle(instrument, contracts, fair, best), 0.0),
        slippage=dollars * gain_in_settle(instrument, contracts, best, price) if levels else None,
        price=price,
        notional_usd=notional_usd(instrument, contracts, price, index),
    )


def one_way_cost_rate(instrument: Instrument, quote: Quote, contracts: float, index: float) -> float | None:
    """Lambda: fee plus half-spread at the best price, as a share of notional; the side is that of `contracts`."""
    step = float(instrument.grid.amount_step)
    cost = trade_cost(instrument, _top(quote), step if contracts > 0 else -step, index)
    if cost is None or cost.notional_usd == 0.0:
        return None
    return (cost.fee + cost.half_spread) / cost.notional_usd


def beyond_depth(quote: Quote, contracts: float) -> float:
    """Unsigned contracts of a trade that the ladder does not show; 0 where there is no ladder."""
    levels = quote.asks if contracts > 0 else quote.bids
    shown = sum(size for _, size in levels)
    return max(abs(contracts) - shown, 0.0) if levels and abs(contracts) > shown * (1.0 + 1e-12) else 0.0


def most_contracts(quote: Quote, contracts: float) -> float | None:
    """The most that one trade on the side of `contracts` may be: the depth shown, or a share of a day if that is more.

    Returns: unsigned contracts; None where no depth or no day's volume is known.
    """
    levels = quote.asks if contracts > 0 else quote.bids
    if not levels or not quote.volume_24h:
        return None
    return max(sum(size for _, size in levels), MOST_OF_A_DAY * quote.volume_24h)


def square_root_impact(share_of_day: float, vol: float) -> float:
    """How far trading a share of a day's volume moves the price, as a fraction: daily volatility * sqrt(share).

    Source: Almgren, Thum, Hauptmann and Li (2005), Risk 18, 58-62, and Toth et al. (2011), Physical Review X 1, 021006:
    the exponent is about one half and the factor about one. The whole of it is charged on every contract beyond the
    ladder, though the first of them move the price less.

    >>> round(square_root_impact(0.01, 0.573), 5)
    0.003
    """
    return vol / DAYS_A_YEAR**0.5 * share_of_day**0.5


def _average(instrument: Instrument, quote: Quote, contracts: float, best: float, vol: float | None) -> float | None:
    levels = quote.asks if contracts > 0 else quote.bids
    if not levels:
        return best
    inverse, size = is_inverse_linear(instrument), abs(contracts)
    found = walk(levels, size, inverse=inverse)
    if found.filled >= size * (1.0 - 1e-12):
        return found.average_price
    day = quote.volume_24h
    if vol is None or instrument.is_option or not day or size > MOST_OF_A_DAY * day:
        return None
    move = square_root_impact((size - found.filled) / day, vol)
    beyond = levels[-1][0] * (1.0 + move if contracts > 0 else 1.0 - move)
    return walk([(found.average_price, found.filled), (beyond, size)], size, inverse=inverse).average_price


def _top(quote: Quote) -> Quote:
    return Quote(
        venue=quote.venue, symbol=quote.symbol, as_of=quote.as_of, mark=quote.mark,
        bid=quote.best_bid, ask=quote.best_ask,
    )  # fmt: skip
