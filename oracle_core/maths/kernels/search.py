"""Guesses and rounds of the search for a standard deviation; the formulas are those of `maths.time_value`."""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from typing import Final

import numpy as np

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.elementary import ROOT_TWO_PI, log_ratio, mills_above, mills_below
from oracle_core.maths.kernels.jit import inlined, kernel

_SIXTH: Final = 1.0 / 6.0


@kernel
def guess_small(n: int, share: Floats, money: Floats, guess: Floats, low: Floats, high: Floats) -> None:
    """Start and bracket where the option is worth at most half of its bound."""
    for i in range(n):
        c, a = share[i], money[i]
        v = np.sqrt(max(log_ratio(c + 0.5 * a, c), 0.0))
        above = 1.0 + v * (0.12110539823625742 + v * (0.0708162155199444 + v * 0.10567715380440008))
        below = 0.20716054011450868 + v * (0.03197565101273924 + v * 0.18965434588874977)
        below = 1.0 + v * (0.08651844359324352 + v * below)
        distance = 1.36 * c
        most = distance + np.sqrt(distance * distance + 2.0 * a)
        guess[i] = min(ROOT_TWO_PI * (c + 0.5 * a) * above / below, 0.999 * most)
        low[i] = 0.0
        high[i] = most * (1.0 + 1e-9)


@kernel
def guess_large(n: int, share: Floats, money: Floats, guess: Floats, low: Floats, high: Floats) -> None:
    """Start and bracket where it is worth more: the larger term of what is missing is all of that or half of it."""
    for i in range(n):
        c, a = share[i], money[i]
        rest = 1.0 - c
        logarithm = -2.0 * log_ratio(rest, 1.0)
        least = max(_quantile(np.sqrt(logarithm)) - 1e-3, 0.0)
        most = _quantile(np.sqrt(logarithm + 1.3862943611198906))
        far = most + 1e-3
        guess[i] = most + np.sqrt(most * most + 2.0 * a)
        low[i] = (least + np.sqrt(least * least + 2.0 * a)) * (1.0 - 1e-9)
        high[i] = (far + np.sqrt(far * far + 2.0 * a)) * (1.0 + 1e-9)


@inlined
def _quantile(t: float) -> float:
    """The normal quantile whose upper tail is exp(-t t / 2), within 5e-4: Abramowitz and Stegun (1964), 26.2.23."""
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    below = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    return t - above / below


@kernel
def tiny_round(
    n: int, share: Floats, money: Floats, guess: Floats, low: Floats, high: Floats, improved: Floats
) -> None:
    """One round where s is small: the difference of two Mills' ratios by its Taylor series."""
    for i in range(n):
        s = guess[i]
        per_s, t = 1.0 / s, 0.5 * s
        z = money[i] * per_s
        y = mills_above(z) / mills_below(z)
        d1 = z * y - 1.0
        d2 = z * d1 + y
        d3 = z * d2 + 2.0 * d1
        d4 = z * d3 + 3.0 * d2
        d5 = z * d4 + 4.0 * d3
        d6 = z * d5 + 5.0 * d4
        d7 = z * d6 + 6.0 * d5
        q = t * t
        gap = -2.0 * t * (d1 + q * _SIXTH * (d3 + q * 0.05 * (d5 + q * (1.0 / 42.0) * d7)))
        miss = log_ratio(gap, ROOT_TWO_PI * share[i]) - 0.5 * (z - t) * (z - t)
        low[i] = low[i] if miss > 0.0 else s
        high[i] = s if miss > 0.0 else high[i]
        improved[i] = _step(s, z, t, -miss * gap * per_s, s / gap, low[i], high[i])


@kernel
def small_round(
    n: int, share: Floats, money: Floats, guess: Floats, low: Floats, high: Floats, improved: Floats
) -> None:
    """One round on ln c."""
    for i in range(n):
        s = guess[i]
        per_s, t = 1.0 / s, 0.5 * s
        z = money[i] * per_s
        first, second = z - t, z + t
        below_first, below_second = mills_below(first), mills_below(second)
        # One division gives the difference of the two ratios and its reciprocal.
        above = mills_above(first) * below_second - mills_above(second) * below_first
        below = below_first * below_second
        per_both = 1.0 / (above * below)
        gap = above * above * per_both
        miss = log_ratio(gap, ROOT_TWO_PI * share[i]) - 0.5 * first * first
        low[i] = low[i] if miss > 0.0 else s
        high[i] = s if miss > 0.0 else high[i]
        improved[i] = _step(s, z, t, -miss * gap * per_s, s * below * below * per_both, low[i], high[i])


@kernel
def large_round(
    n: int, share: Floats, money: Floats, guess: Floats, low: Floats, high: Floats, improved: Floats
) -> None:
    """One round on ln(1 - c)."""
    for i in range(n):
        s = guess[i]
        per_s, t = 1.0 / s, 0.5 * s
        z = money[i] * per_s
        first, second = t - z, t + z
        below_first, below_second = mills_below(first), mills_below(second)
        above = mills_above(first) * below_second + mills_above(second) * below_first
        below = below_first * below_second
        per_both = 1.0 / (above * below)
        total = above * above * per_both
        miss = log_ratio(total, ROOT_TWO_PI * (1.0 - share[i])) - 0.5 * first * first
        low[i] = s if miss > 0.0 else low[i]
        high[i] = high[i] if miss > 0.0 else s
        improved[i] = _step(s, z, t, miss * total * per_s, -s * below * below * per_both, low[i], high[i])


@inlined
def _step(s: float, z: float, t: float, newton: float, first: float, low: float, high: float) -> float:
    """Householder's third-order step in units of s, or the middle of the bracket where it leads outside."""
    bend = z * z - t * t
    second = bend - first
    third = bend * bend - 3.0 * z * z - t * t - first * (3.0 * bend - 2.0 * first)
    better = s + s * newton * (1.0 + 0.5 * second * newton) / (1.0 + newton * (second + third * newton * _SIXTH))
    return better if (better >= low) & (better <= high) else 0.5 * (low + high)
