"""Margin of one contract by its venue's tiers."""

from typing import NamedTuple

from oracle_core.domain.instrument import Instrument, Kind


class Margin(NamedTuple):
    """Initial and maintenance margin in USD, and the maintenance rate at that size."""

    initial: float
    maintenance: float
    rate: float


def has_margin_rule(listed: Instrument) -> bool:
    """Whether the margin of a position is known: spot needs none, perpetuals and futures need tiers."""
    return listed.kind is Kind.SPOT or (not listed.is_option and bool(listed.margin_tiers))


def tier_margin(listed: Instrument, notional: float) -> Margin:
    """Margin of an unsigned USD notional: the tier's rates, less its deduction from maintenance.

    Beyond the last tier the venue takes no larger position: initial margin is then the whole notional.
    Source: Binance USD-M futures, notional and maintenance brackets.
    """
    if listed.kind is Kind.SPOT or notional == 0.0:
        return Margin(0.0, 0.0, 0.0)
    for tier in listed.margin_tiers:
        if tier.up_to_notional is None or notional <= tier.up_to_notional:
            return Margin(tier.initial * notional, tier.maintenance * notional - tier.deduction, tier.maintenance)
    last = listed.margin_tiers[-1]
    return Margin(notional, last.maintenance * notional - last.deduction, last.maintenance)
