"""What each contract is priced from: index, forward or mark, volatility and life, with every substitution named."""

from dataclasses import dataclass
from math import exp
from statistics import median

from oracle_core.domain.checks import SMALLEST
from oracle_core.domain.instrument import DOLLARS, Instrument, InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import MarketDataError, fault
from oracle_core.maths.implied import implied_vol
from oracle_core.pricing.forwards import Forwards

SECONDS_A_YEAR = 365.0 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingInputs:
    """`index` USD per coin; `price` the forward of an option, the mark of anything else; `vol` a fraction.

    `discount`: value now of what an option pays at expiry; 1 for one that pays coin, and for anything else.
    """

    index: float
    price: float
    years: float
    vol: float
    discount: float = 1.0
    notes: tuple[str, ...] = ()


def coin_index(market: MarketSnapshot, coin: str) -> float:
    """The coin's index price in USD: the middle of what its sound quotes say, else of its spot or perpetual marks.

    Only a spot or perpetual that is quoted in dollars can stand in: a mark in another coin is no price in USD.

    Raises: MarketDataError: no sound quote of the coin carries a price of it.
    """
    quotes = _sound(market, coin)
    stated = [quote.index for _, quote in quotes if quote.index is not None and quote.index > 0.0]
    if stated:
        return median(stated)
    for kind in (Kind.SPOT, Kind.PERPETUAL):
        priced = [(reference(quote), listed) for listed, quote in quotes if listed.kind is kind]
        marks = [price for price, listed in priced if price is not None and price > 0.0 and listed.quote in DOLLARS]
        if marks:
            return median(marks)
    raise MarketDataError([fault("market", f"index of {coin}", "missing", "a fresh index, spot or perpetual price")])


def reference(quote: Quote) -> float | None:
    """The fair price of a contract: its mark, else the middle of its market, else its last trade."""
    for price in (quote.mark, quote.mid, quote.last):
        if price is not None:
            return price
    return None


def pricing_inputs(
    market: MarketSnapshot, key: InstrumentId, index: float, forwards: Forwards | None = None
) -> PricingInputs:
    """Everything one contract's value needs. `forwards` are the market's, where many contracts are priced.

    Raises: MarketDataError: the quote is missing, unsound, or lacks a price, forward or volatility that cannot be
        recomputed from its neighbours. InputError: the instrument is not listed.
    """
    listed, quote = market.instrument(key), market.quote(key)
    # Life is counted from the quote's own moment: its volatility and forward are of then, not of the snapshot.
    years = 0.0
    if listed.expiry is not None:
        years = max((listed.expiry - quote.as_of).total_seconds() / SECONDS_A_YEAR, 0.0)
    if not listed.is_option:
        price = reference(quote)
        if price is None or price < SMALLEST:
            raise _lacking(key, "mark", price, "a mark, or a bid and an ask")
        return PricingInputs(index=index, price=price, years=years, vol=0.0, notes=quote.notes)
    forward, forward_note = (forwards or Forwards(market)).of(listed, quote)
    discount = discount_factor(market, listed, years)
    vol, vol_note = _option_vol(listed, quote, forward, years, discount)
    return PricingInputs(
        index=index,
        price=forward,
        years=years,
        vol=vol,
        discount=discount,
        notes=(*quote.notes, *forward_note, *vol_note),
    )


def discount_factor(market: MarketSnapshot, listed: Instrument, years: float) -> float:
    """Value now of a dollar at an option's expiry; 1 for an option that pays coin, which no dollar rate discounts."""
    return exp(-market.interest_rate * years) if listed.linear else 1.0


def _option_vol(
    listed: Instrument, quote: Quote, forward: float, years: float, discount: float
) -> tuple[float, tuple[str, ...]]:
    if quote.mark_iv:  # a volatility of 0 is a feed without one, never a forecast of calm
        return quote.mark_iv, ()
    price = reference(quote)
    assert listed.strike is not None
    assert listed.option_type is not None
    if price is not None:
        dollars = price if listed.linear else price * forward
        sign = listed.option_type.sign
        found = float(implied_vol(dollars, forward, listed.strike, years, sign=sign, discount=discount))
        if found > 0.0:
            return found, (f"volatility of {listed.symbol} implied from its own price",)
    raise _lacking(listed.id, "mark_iv", quote.mark_iv, "a volatility, or a price that implies one")


def _sound(market: MarketSnapshot, coin: str) -> list[tuple[Instrument, Quote]]:
    return [
        (listed, quote)
        for key, quote in market.quotes.items()
        if (listed := market.instruments[key]).base == coin and key not in market.rejected
    ]


def _lacking(key: InstrumentId, field: str, value: object, expected: str) -> MarketDataError:
    return MarketDataError([fault("market", f"quote {key}: {field}", value, expected)])
