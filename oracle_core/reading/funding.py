"""What a perpetual's funding says: the rate by the year, where it is heading, and how unusual it is."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.carry import HOURS_A_YEAR, expected_funding, hourly_funding, mean_hourly_funding
from oracle_core.pricing.funding import annual_rate
from oracle_core.reading.reading import Absent

WINDOW_DAYS: Final = 90
FEWEST: Final = 21
"""Settled rates below which nothing is called usual or unusual: a week of eight-hour rates."""
EXTREME_PCT: Final = 95.0
SPIKE: Final = 4.0
"""Standard deviations from the mean of the window beyond which a rate is a spike."""
DUST: Final = 1e-9
_DAY_MS: Final = 86_400_000


class Funding(NamedTuple):
    """One perpetual's funding. rate: per its own interval, above 0 longs pay. simple, compounded: per year.

    expected: per year over the horizon, as the rate fades to its seven-day mean.  percentile: of the rate among those
    settled within 90 days, 0 to 100.  flips: changes of sign within seven days.
    settled: rates of 90 days that are given.  Between two signs a rate of 0 changes nothing: it pays nobody.
    """

    key: InstrumentId
    rate: float
    interval_hours: float
    simple: float
    compounded: float
    expected: float
    percentile: float | Absent
    flipped: bool
    flips: int
    spike: bool
    settled: int

    @property
    def flag(self) -> str:
        """What should be noticed: a spike, an extreme, a flip, or nothing."""
        if self.spike:
            return "spike"
        if isinstance(self.percentile, float) and not 100.0 - EXTREME_PCT <= self.percentile <= EXTREME_PCT:
            return "extreme"
        return "flipped sign" if self.flipped else ""


def funding(market: MarketSnapshot, key: InstrumentId, hours: float) -> Funding | Absent:
    """The funding of one perpetual, from its quote and the rates that had settled by the market's moment."""
    quote = market.quotes.get(key)
    problem = market.problem(key)
    if quote is None or problem is not None:
        return Absent(f"quote is {problem}")
    hourly = hourly_funding(quote)
    if quote.funding_rate is None or quote.funding_interval_hours is None or hourly is None:
        return Absent("not quoted")
    settled = settled_rates(market, key)
    now_ms = market.as_of.timestamp() * 1000.0
    mean = mean_hourly_funding(tuple(settled), now_ms, quote.funding_interval_hours)
    paying = [(at, rate) for at, rate in settled if rate]
    recent = [rate for at, rate in paying if at > now_ms - 7 * _DAY_MS]
    annual = annual_rate(quote.funding_rate, quote.funding_interval_hours)
    return Funding(
        key=key, rate=quote.funding_rate, interval_hours=quote.funding_interval_hours, simple=annual.simple,
        compounded=annual.compounded, expected=-expected_funding(hourly, mean or 0.0, HOURS_A_YEAR / hours, hours),
        percentile=percentile(quote.funding_rate, [rate for _, rate in settled]),
        flipped=bool(paying) and flipped(paying[-1][1], quote.funding_rate),
        flips=sum(flipped(before, after) for before, after in pairwise([*recent, quote.funding_rate])),
        spike=is_spike(quote.funding_rate, [rate for _, rate in settled]), settled=len(settled),
    )  # fmt: skip


def settled_rates(market: MarketSnapshot, key: InstrumentId) -> list[tuple[int, float]]:
    """The rates of the last 90 days that had settled by the market's moment, oldest first."""
    now_ms = market.as_of.timestamp() * 1000.0
    return sorted(
        (at, rate) for at, rate in market.funding_history.get(key, ()) if now_ms - WINDOW_DAYS * _DAY_MS < at <= now_ms
    )


def percentile(rate: float, history: Sequence[float]) -> float | Absent:
    """Where a rate stands among others, 0 to 100; equal ones count half.

    >>> percentile(0.3, [0.1 * n for n in range(30)])
    11.666666666666666
    """
    if len(history) < FEWEST:
        return Absent(f"{len(history)} settled rates of {WINDOW_DAYS} days are given, {FEWEST} are needed")
    rates = np.asarray(history)
    return float(100.0 * (np.sum(rates < rate - DUST) + 0.5 * np.sum(np.abs(rates - rate) <= DUST)) / rates.size)


def flipped(before: float, after: float) -> bool:
    """Whether who pays has changed; a rate of 0 pays nobody and flips nothing."""
    return before * after < 0.0


def is_spike(rate: float, history: Sequence[float]) -> bool:
    """Whether a rate lies more than four standard deviations from the mean of its window."""
    if len(history) < FEWEST:
        return False
    rates = np.asarray(history)
    return bool(abs(rate - rates.mean()) > max(SPIKE * float(rates.std(ddof=1)), DUST))
