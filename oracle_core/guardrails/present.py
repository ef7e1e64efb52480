"""Presenting a plan's leg to the panel: the facts of the market beside it, and unknown where there is none."""

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.plan import PlanLeg
from oracle_core.guardrails.case import CaseLeg
from oracle_core.pricing.carry import funding_usd_per_hour
from oracle_core.pricing.costs import notional_usd, settle_in_usd

WEEK_HOURS = 168.0


def case_leg(leg: PlanLeg, market: MarketSnapshot, *, held: float, coins: float, index: float) -> CaseLeg:
    """One leg as the rails see it.

    Args:
        held: contracts of the instrument before the plan.    coins: delta that the leg adds.
        index: USD per coin of the underlying.
    """
    listed, quote = market.instruments.get(leg.id), market.quotes.get(leg.id)
    contracts, price = float(leg.contracts), leg.expected_price
    premium = None if listed is None else _premium(listed, contracts, price, index)
    return CaseLeg(
        venue=leg.venue, symbol=leg.symbol, instrument=listed, quote=quote, quote_problem=market.problem(leg.id),
        venue_status=market.status(leg.venue), contracts=leg.contracts, children=leg.children, held=held, price=price,
        limit_price=leg.limit_price, coins=coins, reduce_only=leg.reduce_only, premium_usd=premium,
        notional_usd=None if listed is None else order_notional(listed, contracts, price, coins, index=index),
        funding_week_usd=None if listed is None else _funding_week(listed, quote, contracts, price, index),
    )  # fmt: skip


def order_notional(listed: Instrument, contracts: float, price: float, coins: float, *, index: float) -> float:
    """Unsigned USD that an order counts as: contracts · size · price, for options max(premium, |delta cash|)."""
    if not listed.is_option:
        return notional_usd(listed, contracts, price, index)
    return max(abs(_premium(listed, contracts, price, index)), abs(coins * index))


def _premium(listed: Instrument, contracts: float, price: float, index: float) -> float:
    if not listed.is_option:
        return 0.0
    return contracts * listed.contract_size * price * settle_in_usd(listed, index)


def _funding_week(
    listed: Instrument, quote: Quote | None, contracts: float, price: float, index: float
) -> float | None:  # fmt: skip
    if listed.kind is not Kind.PERPETUAL:
        return 0.0
    if quote is None:
        return None
    size = notional_usd(listed, contracts, price, index)
    hourly = funding_usd_per_hour(quote, size if contracts > 0 else -size)
    return None if hourly is None else -WEEK_HOURS * hourly
