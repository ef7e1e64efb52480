"""Forwards that a chain implies where it states none."""

from collections.abc import Mapping
from statistics import median

NEAREST = 5
"""How many strikes near the money vote on the forward."""


def parity_forward(calls: Mapping[float, float], puts: Mapping[float, float]) -> float | None:
    """The forward of one expiry from put-call parity of coin prices: C - P = 1 - K/F.

    Args:
        calls, puts: strike (USD) to mark (coin per coin).
    Returns: USD per coin, the median over the strikes nearest the money; None without a strike that has both.

    >>> parity_forward({1800.0: 0.07}, {1800.0: 0.02}), parity_forward({1800.0: 0.07}, {})
    (1894.7368421052633, None)
    """
    gaps = {strike: calls[strike] - puts[strike] for strike in calls.keys() & puts.keys()}
    near = sorted((strike for strike, gap in gaps.items() if gap < 1.0), key=lambda strike: (abs(gaps[strike]), strike))
    implied = [strike / (1.0 - gaps[strike]) for strike in near[:NEAREST]]
    return median(implied) if implied else None


def between(known: Mapping[float, float], at: float) -> float | None:
    """A forward by linear interpolation in time between known ones; flat outside them.

    >>> between({0.0: 100.0, 10.0: 102.0}, 5.0), between({10.0: 102.0}, 20.0), between({}, 1.0)
    (101.0, 102.0, None)
    """
    if not known:
        return None
    before = max((time for time in known if time <= at), default=min(known))
    after = min((time for time in known if time >= at), default=max(known))
    if after <= before:
        return known[before]
    return known[before] + (known[after] - known[before]) * (at - before) / (after - before)
