"""Run, pull back, or stay out: a decision from volatility, regime, funding and the calendar."""

from dataclasses import dataclass
from datetime import timedelta

from oracle_core.domain.occasion import Deployment, Level
from oracle_core.reading.regime import BREAK, Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is decided from, for one coin. None is unknown, said, and decides nothing.

    long_gamma: the book gains from moves.  stopped: the desk is halted or reducing.  break_ratio: volatility of the
    last hour over that of 30 days.  event_in: time to the next scheduled event within a day.
    """

    coin: str
    long_gamma: bool
    stopped: bool = False
    break_ratio: float | None = None
    regime: Regime | None = None
    funding_spike: bool = False
    event_in: timedelta | None = None


def deployment(snapshot: Snapshot) -> Deployment:
    """Off where the desk is stopped, or moves run wild and the book does not gain from them; reduced where it may.

    A break of volatility, a crash and an event ahead are dangers to a book that is not long gamma, and the reason to
    hold one that is: then a break and a crash only reduce what is added, for fills are bad in fast markets. A trend
    hurts only who fades it. A spike of funding makes hedges dear for everybody.

    >>> deployment(Snapshot(coin="BTC", long_gamma=True, break_ratio=1.0, regime=Regime.CHOPPY)).level.value
    'on'
    """
    off, reduced = _dangers(snapshot)
    named = [("volatility break", snapshot.break_ratio), ("regime", snapshot.regime)]
    unknown = tuple(f"{name} of {snapshot.coin} is unknown" for name, value in named if value is None)
    if off:
        return Deployment(level=Level.OFF, reasons=tuple(off + reduced), unknown=unknown)
    level = Level.REDUCED if reduced else Level.ON
    return Deployment(level=level, reasons=tuple(reduced), unknown=unknown)


def _dangers(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    coin, long_gamma = snapshot.coin, snapshot.long_gamma
    off, reduced = list[str](), list[str]()
    if snapshot.stopped:
        off.append("the desk is halted or reducing")
    wild = reduced if long_gamma else off
    if snapshot.break_ratio is not None and snapshot.break_ratio >= BREAK:
        wild.append(f"{coin}: volatility of the last hour is {snapshot.break_ratio:.2f} × that of 30 days")
    if snapshot.regime is Regime.CRASH:
        wild.append(f"{coin}: crash")
    if snapshot.regime is Regime.TRENDING and not long_gamma:
        reduced.append(f"{coin}: trending, and the book is not long gamma")
    if snapshot.event_in is not None and not long_gamma:
        hours = snapshot.event_in / timedelta(hours=1)
        reduced.append(f"{coin}: event in {hours:.3g} h, and the book is not long gamma")
    if snapshot.funding_spike:
        reduced.append(f"{coin}: funding is a spike")
    return off, reduced
