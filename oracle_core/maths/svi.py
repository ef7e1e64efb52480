"""Gatheral's SVI smile in total variance, its surface form SSVI, and the checks that no smile pays for nothing.

k = ln(K/F), w = vol^2 T. A slice is free of butterfly arbitrage where Durrleman's g is not negative for any k.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Domain, Floats, arrays

_GRID: Final = 4001
_INSIDE: Final = Domain("a number between -1 and 1", low=-1.0, high=1.0)


class SviSlice(NamedTuple):
    """Raw parameters: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), b >= 0, |rho| <= 1, sigma > 0."""

    a: float
    b: float
    rho: float
    m: float
    sigma: float


class Smile(NamedTuple):
    """Total variance at each k, its first two derivatives, Durrleman's g and the risk-neutral density in k."""

    w: Floats
    w1: Floats
    w2: Floats
    g: Floats
    density: Floats


class Butterfly(NamedTuple):
    """Where Durrleman's g is least, and the intervals' ends at which it changes sign."""

    least: float
    at: float
    roots: tuple[float, ...]

    @property
    def free(self) -> bool:
        """No butterfly arbitrage in the range searched."""
        return self.least >= 0.0


class JumpWings(NamedTuple):
    """SVI-JW: at-the-money variance and skew, put and call wing slopes, least variance (per year)."""

    v: float
    psi: float
    p: float
    c: float
    v_tilde: float


def total_variance(k: ArrayLike, smile: SviSlice) -> Floats:
    """w(k) of a raw SVI slice.

    >>> vogt = SviSlice(a=-0.041, b=0.1331, rho=0.306, m=0.3586, sigma=0.4153)
    >>> float(total_variance(0.0, vogt).round(8))
    0.01742625
    """
    (k_,) = arrays("svi", k=(k, FINITE))
    a, b, rho, m, sigma = checked_slice(smile)
    return np.asarray(a + b * (rho * (k_ - m) + np.hypot(k_ - m, sigma)))


def smile_at(k: ArrayLike, smile: SviSlice) -> Smile:
    """The slice with what arbitrage checks and local volatility need.

    Args: k: ln(K/F), any shape.    smile: a slice whose least total variance is positive.
    Returns: each field in the shape of k; density is zero or more where there is no butterfly arbitrage.
    Raises: PricingError: k or a parameter is not finite or outside its domain, or a variance is not positive.
    Source: Gatheral and Jacquier (2014), Quantitative Finance 14, 59-71.
    """
    (k_,) = arrays("svi", k=(k, FINITE))
    w = total_variance(k_, smile)
    if not (w > 0.0).all():
        raise PricingError(str(fault("svi", "total variance", float(w.min()), "> 0")))
    _, b, rho, m, sigma = smile
    root = np.hypot(k_ - m, sigma)
    w1 = b * (rho + (k_ - m) / root)
    w2 = b * (sigma / root) ** 2 / root
    g = (1.0 - 0.5 * k_ * w1 / w) ** 2 - 0.25 * w1**2 * (1.0 / w + 0.25) + 0.5 * w2
    d2 = -k_ / np.sqrt(w) - 0.5 * np.sqrt(w)
    density = g * np.exp(-0.5 * d2 * d2) / np.sqrt(2.0 * np.pi * w)
    return Smile(*map(np.asarray, (w, w1, w2, g, density)))


def butterfly(smile: SviSlice, *, low: float = -3.0, high: float = 3.0) -> Butterfly:
    """Search a range of k for butterfly arbitrage.

    >>> vogt = SviSlice(a=-0.041, b=0.1331, rho=0.306, m=0.3586, sigma=0.4153)
    >>> [round(root, 4) for root in butterfly(vogt).roots]
    [0.6424, 1.2569]
    """
    grid = np.linspace(low, high, _GRID)
    g = smile_at(grid, smile).g
    around = int(np.argmin(g))
    least, at = _least_g(smile, float(grid[max(around - 1, 0)]), float(grid[min(around + 1, _GRID - 1)]))
    return Butterfly(least, at, _sign_changes(lambda k: smile_at(k, smile).g, grid))


def calendar_crossings(near: SviSlice, far: SviSlice, *, low: float = -3.0, high: float = 3.0) -> tuple[float, ...]:
    """The k at which the total variance of two expiries crosses. Calendar arbitrage: see `calendar_gap`.

    >>> near, far = SviSlice(0.01, 0.1, -0.3, 0.0, 0.2), SviSlice(0.005, 0.12, 0.3, 0.0, 0.15)
    >>> [round(k, 6) for k in calendar_crossings(near, far)]
    [0.090003]
    """
    grid = np.linspace(low, high, _GRID)
    return _sign_changes(lambda k: total_variance(k, far) - total_variance(k, near), grid)


def calendar_gap(near: SviSlice, far: SviSlice, *, low: float = -3.0, high: float = 3.0) -> float:
    """The least w_far - w_near over a range of k: negative means calendar arbitrage.

    >>> calendar_gap(SviSlice(0.01, 0.1, -0.3, 0.0, 0.2), SviSlice(0.02, 0.1, -0.3, 0.0, 0.2))
    0.01
    """
    grid = np.linspace(low, high, _GRID)
    return float(np.min(total_variance(grid, far) - total_variance(grid, near)).round(15))


def jump_wings(smile: SviSlice, years: float) -> JumpWings:
    """SVI-JW parameters of a raw slice at its expiry.

    >>> vogt = SviSlice(a=-0.041, b=0.1331, rho=0.306, m=0.3586, sigma=0.4153)
    >>> round(jump_wings(vogt, 1.0).c, 6)
    1.316798
    """
    (t,) = arrays("svi", years=(years, POSITIVE))
    _, b, rho, m, sigma = checked_slice(smile)
    w0 = float(total_variance(0.0, smile))
    if w0 <= 0.0:
        raise PricingError(str(fault("svi", "total variance", w0, "> 0 at the money")))
    root = w0**0.5
    psi = 0.5 * b / root * (rho - m / float(np.hypot(m, sigma)))
    return JumpWings(
        w0 / float(t), psi, b * (1 - rho) / root, b * (1 + rho) / root, least_variance(smile)[0] / float(t)
    )


def least_variance(smile: SviSlice) -> tuple[float, float]:
    """The least total variance of a slice and the k where it lies (infinite for |rho| = 1).

    >>> least, at = least_variance(SviSlice(0.04, 0.4, -0.4, 0.05, 0.1))
    >>> round(least, 6), round(at, 6)
    (0.076661, 0.093644)
    """
    a, b, rho, m, sigma = checked_slice(smile)
    rest = float(np.sqrt(1.0 - rho * rho))
    at = m - rho * sigma / rest if rest > 0.0 else float(-np.sign(rho) * np.inf)
    return a + b * sigma * rest, at


def lee_slopes(smile: SviSlice) -> tuple[float, float]:
    """Left and right slopes of the wings, each at most 2 in an arbitrage-free smile (Lee 2004).

    >>> lee_slopes(SviSlice(0.04, 0.5, -0.4, 0.05, 0.1))
    (0.7, 0.3)
    """
    _, b, rho, _, _ = checked_slice(smile)
    return b * (1.0 - rho), b * (1.0 + rho)


def checked_slice(smile: SviSlice) -> SviSlice:
    """The slice with every parameter inside its domain, or a PricingError naming those that are not."""
    a, b, rho, m, sigma = smile
    arrays("svi", a=(a, FINITE), b=(b, NOT_NEGATIVE), rho=(rho, _INSIDE), m=(m, FINITE), sigma=(sigma, POSITIVE))
    return SviSlice(*map(float, smile))


def _least_g(smile: SviSlice, left: float, right: float) -> tuple[float, float]:
    """The least g between two k, and where: a grid of 41 narrowed six times."""
    least, at = np.inf, left
    for _ in range(6):
        fine = np.linspace(left, right, 41)
        values = smile_at(fine, smile).g
        best = int(np.argmin(values))
        least, at = float(values[best]), float(fine[best])
        left, right = float(fine[max(best - 1, 0)]), float(fine[min(best + 1, 40)])
    return least, at


def _sign_changes(function: Callable[[Floats], Floats], grid: Floats) -> tuple[float, ...]:
    """Where a function changes sign on a grid, each place bisected to the last digit."""
    negative = np.signbit(function(grid))
    ends = np.flatnonzero(negative[1:] != negative[:-1])
    lower, upper, start = grid[ends], grid[ends + 1], negative[ends]
    for _ in range(60):
        middle = 0.5 * (lower + upper)
        before = np.signbit(function(middle)) == start
        lower, upper = np.where(before, middle, lower), np.where(before, upper, middle)
    return tuple(float(k) for k in 0.5 * (lower + upper))
