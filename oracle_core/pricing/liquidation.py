"""Where a perpetual position is liquidated, by each venue's own rule.

Equity falls to maintenance margin at the liquidation price. Maintenance is rate * notional - deduction, by the tier of
the notional *at that price*, so every tier is tried and the one whose answer lies inside it is kept. Positions are
signed, + long. None: no price above 0 liquidates the position.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from oracle_core.domain.instrument import Instrument, MarginTier
from oracle_core.errors import InputError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, arrays
from oracle_core.pricing.costs import is_inverse_linear


class IsolatedMargin(NamedTuple):
    """Bybit: initial and maintenance margin at entry, and the price at which the first is down to the second."""

    initial: float
    maintenance: float
    price: float | None


def with_deductions(tiers: Sequence[MarginTier]) -> tuple[MarginTier, ...]:
    """Tiers with the deduction that makes maintenance continuous: d_n = d_(n-1) + floor_n (m_n - m_(n-1)).

    Source: Binance, "How to calculate maintenance amount"; in coin for COIN-M contracts.

    >>> tiers = (MarginTier(up_to_notional=5e4, initial=0.008, maintenance=0.004),
    ...          MarginTier(up_to_notional=2.5e5, initial=0.01, maintenance=0.005))
    >>> [round(tier.deduction, 6) for tier in with_deductions(tiers)]
    [0.0, 50.0]
    """
    done: list[MarginTier] = []
    for tier in tiers:
        if not done:
            done.append(replace(tier, deduction=0.0))
            continue
        before = done[-1]
        step = (before.up_to_notional or 0.0) * (tier.maintenance - before.maintenance)
        done.append(replace(tier, deduction=before.deduction + step))
    return tuple(done)


def linear_liquidation(
    wallet: float,
    position: float,
    entry: float,
    tiers: Sequence[MarginTier],
    *,
    maintenance_other: float = 0.0,
    pnl_other: float = 0.0,
) -> float | None:
    """Liquidation price of a linear perpetual under tiers (Binance USD-M, OKX, and others alike).

    Args:
        wallet: the balance behind it: the cross wallet, or the position's isolated margin.    position: signed coins.
        entry: price, > 0.    tiers: of the contract, ascending.
        maintenance_other, pnl_other: of the wallet's other positions (cross only).
    Returns: quote currency per coin, None where no price above 0 liquidates.
    Raises: PricingError: an input is not finite, or outside its domain. InputError: there are no tiers.
    Source: Binance, "Liquidation price of USD-M futures":
        (WB - TMM + UPNL + cum - side Q EP) / (Q MMR - side Q), Q the unsigned position.

    >>> tier = MarginTier(up_to_notional=None, initial=0.02, maintenance=0.004)
    >>> round(linear_liquidation(1000.0, -3.554, 1900.0, [tier]), 4)
    2172.6824
    """
    arrays(
        "linear_liquidation",
        wallet=(wallet, FINITE),
        position=(position, FINITE),
        entry=(entry, POSITIVE),
        maintenance_other=(maintenance_other, NOT_NEGATIVE),
        pnl_other=(pnl_other, FINITE),
    )
    if position == 0.0:
        return None
    size, free = abs(position), wallet - maintenance_other + pnl_other
    found = (
        (tier, (free + tier.deduction - position * entry) / (size * tier.maintenance - position))
        for tier in _some(tiers)
    )
    return _inside(tiers, ((tier, price, size * price) for tier, price in found))


def inverse_liquidation(
    wallet: float,
    notional: float,
    entry: float,
    tiers: Sequence[MarginTier],
    *,
    maintenance_other: float = 0.0,
    pnl_other: float = 0.0,
) -> float | None:
    """Liquidation price of an inverse perpetual under tiers counted in coin (Binance COIN-M).

    Args: as `linear_liquidation`, but in coin; notional: signed quote currency (contracts times contract size).
    Returns: quote currency per coin. A long of at most 1x its wallet can still be liquidated, a short cannot.
    Source: Binance, "Liquidation price of COIN-M futures":
        N (MMR + side) / (WB - TMM + UPNL + cum + side N / EP), N the unsigned notional.

    >>> tier = MarginTier(up_to_notional=None, initial=0.02, maintenance=0.005)
    >>> round(inverse_liquidation(0.12, -60_000.0, 50_000.0, [tier]), 4)
    55277.7778
    """
    arrays(
        "inverse_liquidation",
        wallet=(wallet, FINITE),
        notional=(notional, FINITE),
        entry=(entry, POSITIVE),
        maintenance_other=(maintenance_other, NOT_NEGATIVE),
        pnl_other=(pnl_other, FINITE),
    )
    if notional == 0.0:
        return None
    size, free = abs(notional), wallet - maintenance_other + pnl_other + notional / entry
    found = ((tier, _ratio(size * tier.maintenance + notional, free + tier.deduction)) for tier in _some(tiers))
    return _inside(tiers, ((tier, price, size / price if price else np.nan) for tier, price in found))


def bybit_linear(
    position: float, entry: float, *, leverage: float, rate: float, deduction: float = 0.0, extra: float = 0.0
) -> IsolatedMargin:
    """Bybit's isolated USDT contract: entry -+ (IM - MM + extra) / size, both margins taken at entry.

    Args: position: signed coins, not 0.    rate, deduction: maintenance, of the tier at entry.    extra: margin added.
    Source: Bybit, "Liquidation price (USDT contract)"; fees to close are left out.

    >>> bybit_linear(1.0, 20_000.0, leverage=50.0, rate=0.005).price
    19700.0
    """
    size, side = _size("bybit_linear", position, entry, leverage)
    initial, maintenance = size * entry / leverage, size * entry * rate - deduction
    return IsolatedMargin(initial, maintenance, _positive(entry - side * (initial - maintenance + extra) / size))


def bybit_inverse(
    notional: float, entry: float, *, leverage: float, rate: float, deduction: float = 0.0
) -> IsolatedMargin:
    """Bybit's isolated inverse contract, margins in coin: N / (N / entry +- (IM - MM)).

    Args: notional: signed USD, not 0.    Source: Bybit, "Liquidation price (inverse contract), unified account".

    >>> round(bybit_inverse(-60_000.0, 50_000.0, leverage=10.0, rate=0.005).price, 4)
    55248.6188
    """
    size, side = _size("bybit_inverse", notional, entry, leverage)
    value = size / entry
    initial, maintenance = value / leverage, value * rate - deduction
    return IsolatedMargin(initial, maintenance, _ratio(size, value + side * (initial - maintenance)))


def hyperliquid_tiers(steps: Iterable[tuple[float | None, float]]) -> tuple[MarginTier, ...]:
    """Hyperliquid's (notional up to, largest leverage) as tiers: maintenance is half the margin at that leverage.

    >>> [round(tier.maintenance, 6) for tier in hyperliquid_tiers([(150e6, 40.0), (None, 20.0)])]
    [0.0125, 0.025]
    """
    return with_deductions(
        [MarginTier(up_to_notional=up_to, initial=1.0 / most, maintenance=0.5 / most) for up_to, most in steps]
    )


def hyperliquid_liquidation(
    account_value: float, position: float, price: float, tiers: Sequence[MarginTier], *, maintenance_other: float = 0.0
) -> float | None:
    """Hyperliquid's price - side * margin_available / size / (1 - l * side), at the tier of the price it gives.

    Args: account_value: at `price` (isolated: the position's margin).    price: the mark now, > 0.
    Source: Hyperliquid docs, "Liquidations" and "Margin tiers". Where equity meets maintenance, so as
        `linear_liquidation` with the mark for the entry.

    >>> round(hyperliquid_liquidation(3000.0, 1.0, 60_000.0, hyperliquid_tiers([(None, 40.0)])), 4)
    57721.519
    """
    return linear_liquidation(account_value, position, price, tiers, maintenance_other=maintenance_other)


def deribit_linear_liquidation(
    equity: float, position: float, price: float, *, maintenance_other: float = 0.0
) -> float | None:
    """Where a Deribit USDC perpetual takes its account's equity below maintenance margin (standard margin).

    Args: equity: of the USDC account at `price`.    position: signed coins.    price: the mark now, > 0.
    Source: Deribit, "Linear perpetual": maintenance 1 % of notional plus 0.005 % a coin.

    >>> round(deribit_linear_liquidation(50_000.0, 25.0, 100_000.0), 2)
    99115.04
    """
    rate = 0.01 + 0.00005 * abs(position)
    tier = MarginTier(up_to_notional=None, initial=0.01 + rate, maintenance=rate)
    return linear_liquidation(equity, position, price, [tier], maintenance_other=maintenance_other)


def liquidation_price(listed: Instrument, contracts: float, entry: float, wallet: float) -> float | None:
    """Liquidation price of signed contracts alone behind a wallet (in the settlement currency), by the listed tiers.

    Raises: InputError: the instrument lists no margin tiers, or is not a perpetual or future.
    """
    if listed.is_option or not listed.margin_tiers:
        raise InputError(
            [fault(f"instrument {listed.id}", "margin_tiers", "none", "the tiers of a perpetual or future")]
        )
    solve = inverse_liquidation if is_inverse_linear(listed) else linear_liquidation
    return solve(wallet, contracts * listed.contract_size, entry, listed.margin_tiers)


def _inside(tiers: Sequence[MarginTier], found: Iterable[tuple[MarginTier, float | None, float]]) -> float | None:
    """The price whose notional lies in its own tier. Maintenance is continuous, so there is one or none."""
    floor = 0.0
    for tier, price, notional in found:
        top = np.inf if tier.up_to_notional is None or tier is tiers[-1] else tier.up_to_notional
        # Where tiers meet both give the same price, and rounding must not push it out of both.
        if price is not None and price > 0.0 and floor * (1.0 - 1e-9) <= notional <= top * (1.0 + 1e-9):
            return float(price)
        floor = top
    return None


def _some(tiers: Sequence[MarginTier]) -> Sequence[MarginTier]:
    if not tiers:
        raise InputError([fault("liquidation", "tiers", "none", "at least one margin tier")])
    return tiers


def _size(formula: str, position: float, entry: float, leverage: float) -> tuple[float, float]:
    arrays(formula, size=(abs(position), POSITIVE), entry=(entry, POSITIVE), leverage=(leverage, POSITIVE))
    return abs(position), 1.0 if position > 0.0 else -1.0


def _ratio(top: float, bottom: float) -> float | None:
    return _positive(top / bottom) if bottom != 0.0 else None


def _positive(price: float) -> float | None:
    return price if price > 0.0 else None
