"""Margin of one contract by its venue's tiers, or by the venue's own formula where it lists none."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument, Kind, MarginTier
from oracle_core.pricing.deribit_margin import linear_perpetual_rates

Floats = NDArray[np.float64]


class Margin(NamedTuple):
    """Initial and maintenance margin in USD, and the maintenance rate at that size."""

    initial: float
    maintenance: float
    rate: float


def has_margin_rule(listed: Instrument) -> bool:
    """Whether the margin of a position is known: spot needs none, perpetuals and futures need tiers or a formula.

    An option's margin depends on the model of the pool that holds it.
    """
    return listed.kind is Kind.SPOT or (not listed.is_option and (bool(listed.margin_tiers) or _grows(listed)))


def line_margin(listed: Instrument, contracts: float, notional: float) -> Margin:
    """Margin of signed contracts of an unsigned USD notional, by tiers, else by Deribit's linear formula."""
    if listed.margin_tiers or listed.kind is Kind.SPOT or notional == 0.0:
        return tier_margin(listed, notional)
    rates = linear_perpetual_rates(contracts * listed.contract_size)
    return Margin(rates.initial * notional, rates.maintenance * notional, rates.maintenance)


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


def tiers_of(listed: Instrument, contracts: float) -> tuple[MarginTier, ...]:
    """The tiers of signed contracts: those listed, or the one that Deribit's linear formula makes at this size."""
    if listed.margin_tiers:
        return listed.margin_tiers
    rates = linear_perpetual_rates(contracts * listed.contract_size)
    return (MarginTier(up_to_notional=None, initial=rates.initial, maintenance=rates.maintenance),)


def largest_notional(listed: Instrument) -> float | None:
    """The largest position in USD that the venue's tiers allow; None without tiers or where the last has no end."""
    return listed.margin_tiers[-1].up_to_notional if listed.margin_tiers else None


def maintenance_at(listed: Instrument, contracts: float, notional: Floats) -> Floats:
    """Maintenance margin in USD of signed contracts at unsigned notionals they may come to, each by its own tier."""
    if listed.kind is Kind.SPOT:
        return np.zeros_like(notional)
    if not listed.margin_tiers:
        return linear_perpetual_rates(contracts * listed.contract_size).maintenance * notional
    tiers = listed.margin_tiers
    edges = [np.inf if tier.up_to_notional is None else tier.up_to_notional for tier in tiers[:-1]]
    found = np.searchsorted(np.array(edges, dtype=np.float64), notional, side="left")
    rates = np.array([tier.maintenance for tier in tiers])[found]
    return rates * notional - np.array([tier.deduction for tier in tiers])[found]


def _grows(listed: Instrument) -> bool:
    """Whether Deribit's linear formula holds, whose published growth is per bitcoin."""
    return listed.venue == "deribit" and listed.base == "BTC" and listed.linear and listed.kind is not Kind.SPOT
