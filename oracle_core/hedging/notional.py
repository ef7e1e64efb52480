"""What an order counts for: the notional that flow limits and budgets bind."""

from collections.abc import Mapping

from oracle_core.domain.hedge import Leg
from oracle_core.domain.instrument import Instrument
from oracle_core.pricing.costs import settle_in_usd


def order_notional(listed: Instrument, leg: Leg, index: Mapping[str, float]) -> float:
    """|contracts x size x price| in USD; of an option the larger of its premium and its delta cash."""
    if not listed.is_option:
        return abs(leg.notional_usd)
    price = index[listed.base]
    return max(abs(leg.coins) * price, premium_usd(listed, float(leg.contracts), leg.price, price))


def premium_usd(listed: Instrument, contracts: float, price: float, index: float) -> float:
    """USD that unsigned contracts of an option cost at a price in the venue's unit."""
    return abs(contracts) * listed.contract_size * price * settle_in_usd(listed, index)
