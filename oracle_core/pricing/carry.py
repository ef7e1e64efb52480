"""Funding and borrow: what holding a leg earns or pays by the hour, and over a horizon in which rates revert."""

from math import log

from oracle_core.domain.market import Quote

HALF_LIFE_HOURS = 24.0
HOURS_A_YEAR = 8_760.0
MEAN_WINDOW_HOURS = 168.0


def hourly_funding(quote: Quote) -> float | None:
    """The funding rate per hour as a fraction of notional; above 0 longs pay. None: not quoted.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-01-02T00:00:00Z")
    >>> q = Quote(venue="v", symbol="s", as_of=at, funding_rate=0.0008, funding_interval_hours=8.0)
    >>> round(hourly_funding(q), 9)
    0.0001
    """
    if quote.funding_rate is None or not quote.funding_interval_hours:
        return None
    return quote.funding_rate / quote.funding_interval_hours


def funding_usd_per_hour(quote: Quote, notional: float) -> float | None:
    """USD an hour received (+) or paid (-) on signed USD notional at the present rate. None: not quoted."""
    rate = hourly_funding(quote)
    return None if rate is None else -notional * rate + 0.0


def reverting_hours(hours: float, half_life: float = HALF_LIFE_HOURS) -> float:
    """Hours of the present rate's excess over its mean that a horizon is worth: t/ln2 * (1 - 2^(-h/t)).

    >>> round(reverting_hours(168.0), 3)
    34.354
    """
    return half_life / log(2.0) * (1.0 - 2.0 ** (-hours / half_life))


def expected_funding(rate_now: float, rate_mean: float, notional: float, hours: float) -> float:
    """USD received (+) or paid (-) over a horizon by signed USD notional, rates per hour, now decaying to the mean.

    Source: rates revert with a half-life of 23 to 31 hours (fitted on BTC and ETH funding).

    >>> round(expected_funding(-0.20 / 8760, 0.0, 1e6, 168.0), 2)
    784.34
    """
    return -notional * (rate_mean * hours + (rate_now - rate_mean) * reverting_hours(hours)) + 0.0


def mean_hourly_funding(history: tuple[tuple[int, float], ...], now_ms: float, interval_hours: float) -> float | None:
    """Trailing seven-day mean of settled rates, per hour. None without a rate in the window."""
    start = now_ms - MEAN_WINDOW_HOURS * 3_600_000.0
    rates = [rate for at, rate in history if start < at <= now_ms]
    return sum(rates) / len(rates) / interval_hours if rates else None


def annualised_basis(forward: float, spot: float, days: float) -> float:
    """How far a dated future stands from spot, per year of 365 days: (F/S - 1) * 365 / days.

    Args: prices above 0; days to expiry above 0.

    >>> round(annualised_basis(102_000.0, 100_000.0, 73.0), 10)
    0.1
    """
    return (forward / spot - 1.0) * 365.0 / days


def expected_roll(forward: float, spot: float, notional: float, hours: float, life_hours: float) -> float:
    """USD that signed notional of a dated future gains (+) as its basis runs off evenly until expiry.

    A long in contango pays it, as a long perpetual pays funding; nothing else of the price is expected to move.

    >>> round(expected_roll(102_000.0, 100_000.0, -1e6, 168.0, 73.0 * 24.0), 2)
    1880.2
    """
    share = min(hours / life_hours, 1.0) if life_hours > 0.0 else 1.0
    return -notional * (1.0 - spot / forward) * share + 0.0
