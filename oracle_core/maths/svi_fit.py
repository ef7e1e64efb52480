"""One expiry's SVI slice from its quotes, free of butterfly arbitrage.

For a given m and sigma, total variance is linear in the three other parameters: their least squares over everything
arbitrage-free wings allow is solved exactly (the quasi-explicit form of De Marco and Martini 2009), many (m, sigma) at
once. What is left is a search in two dimensions among the slices whose density is nowhere negative.
"""

from collections.abc import Callable
from math import log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, POSITIVE, Floats, arrays
from oracle_core.maths.svi import SviSlice
from oracle_core.maths.zoom import Zoom, least_cost

RANGE: Final = 3.0
"""Arbitrage is searched for strikes from exp(-3) to exp(3) forwards: a twentieth to twenty times."""
SPREAD_FLOOR: Final = 0.002
"""A fifth of a vol point: no quote counts as better known than that."""

_STEEPEST: Final = 0.999
_WINGS: Final = 1.998
_CHECKED: Final = 16
_CLOSER: Final = 4
_TOUCHES: Final = 3
_INSIDE: Final = 1e-4
_CROSSING: Final = 4.0
_HEAVY: Final = 1e4
# Asked of the density at a hundred places, so that none is negative between them.
_ROOM: Final = 5e-4
_EVEN: Final = np.linspace(-1.0, 1.0, 121)


class SmileQuotes(NamedTuple):
    """Quotes of one expiry: k = ln(K/F), volatilities, and how far from them bid and ask are, in volatility."""

    k: Floats
    vol: Floats
    half_spread: Floats


class Points(NamedTuple):
    """What least squares sees: total variances w at k, with weights."""

    k: Floats
    w: Floats
    weight: Floats


class _Solved(NamedTuple):
    """The best a, d, c of w = a + d y + c sqrt(y^2 + 1), y = (k - m) / sigma, for each (m, sigma), and its cost."""

    a: Floats
    d: Floats
    c: Floats
    cost: Floats


class _Band(NamedTuple):
    """Total variances between which a slice should stay, at some k; `bends` are m and sigma of the slices around it."""

    k: Floats
    low: Floats
    high: Floats
    bends: tuple[tuple[float, float], ...]


class _Quadratic(NamedTuple):
    """yy d^2 + 2 yz d c + zz c^2 - 2 yw d - 2 zw c."""

    yy: Floats
    yz: Floats
    zz: Floats
    yw: Floats
    zw: Floats


def smile_quotes(k: ArrayLike, vol: ArrayLike, half_spread: ArrayLike) -> SmileQuotes:
    """Checked quotes of one expiry.

    Raises: PricingError: an input is not finite, a volatility not above 0, a spread below 0, or there is no quote.
    """
    k_, vol_, spread = arrays(
        "smile", k=(k, FINITE), vol=(vol, POSITIVE), half_spread=(np.add(half_spread, SPREAD_FLOOR), POSITIVE)
    )
    k_, vol_, spread = (np.atleast_1d(values) for values in np.broadcast_arrays(k_, vol_, spread))
    if k_.ndim != 1 or k_.size == 0:
        raise PricingError(str(fault("smile", "quotes", f"shape {k_.shape}", "a list of one or more")))
    return SmileQuotes(k_, vol_, spread - SPREAD_FLOOR)


def variance_points(quotes: SmileQuotes, years: float) -> Points:
    """Quotes as total variances; the weight is 1 / (half-spread in total variance) squared, the floor added."""
    spread = 2.0 * quotes.vol * years * np.hypot(quotes.half_spread, SPREAD_FLOOR)
    return Points(quotes.k, quotes.vol**2 * years, spread**-2.0)


def fit_slice(points: Points, *, floor: SviSlice | None = None, ceiling: SviSlice | None = None) -> SviSlice:
    """The slice nearest to the points among those free of butterfly arbitrage on |k| <= 3.

    Args: floor, ceiling: slices of earlier and later expiries that this one should nowhere cross. Where it must, what
        is left of the crossing is small, not nil.
    Returns: flat for fewer than three strikes. Ties, as with three or four strikes, go to the flattest.

    >>> k = np.linspace(-0.3, 0.3, 9)
    >>> points = Points(k, 0.01 + 0.1 * (-0.3 * (k - 0.05) + np.hypot(k - 0.05, 0.15)), np.ones(9))
    >>> [round(value, 3) for value in fit_slice(points)]
    [0.01, 0.1, -0.3, 0.05, 0.15]
    """
    strikes = np.unique(points.k)
    flat = SviSlice(float(np.average(points.w, weights=points.weight)), 0.0, 0.0, 0.0, 0.1)
    if strikes.size < 3:
        return flat
    band = None if floor is None and ceiling is None else _band(floor, ceiling)
    for room in (_ROOM, 10.0 * _ROOM, 100.0 * _ROOM):
        found = _searched(points, band, room)
        if found is not None and least_density(found) >= 0.0:
            return found
    return flat


def least_density(smile: SviSlice) -> float:
    """The least g(k) on |k| <= 3 (at least 0: no butterfly arbitrage there); minus infinity where w <= 0 anywhere.

    >>> round(least_density(SviSlice(a=-0.041, b=0.1331, rho=0.306, m=0.3586, sigma=0.4153)), 4)
    -0.0329
    """
    slices = np.array([smile])
    return least_over(lambda k: _densities(slices, np.atleast_2d(k)), check_nodes(smile))


def least_over(function: Callable[[Floats], Floats], k: Floats) -> float:
    """The least of a function over a range, from its values at rising k and, around every low one, closer."""
    values = function(k).ravel()
    least = values.min()
    # A dip may be narrower than the nodes' distance: each node that lies below its neighbours is looked at again.
    low = 1 + np.flatnonzero((values[1:-1] <= values[:-2]) & (values[1:-1] <= values[2:]))
    left, right, row = k[low - 1], k[low + 1], np.arange(low.size)
    for _ in range(_CLOSER if low.size else 0):
        finer = np.linspace(left, right, 21, axis=1)
        values = function(finer)
        least = min(least, values.min())
        at = np.clip(np.argmin(values, axis=1), 1, 19)
        left, right = finer[row, at - 1], finer[row, at + 1]
    return float(least)


def variance(k: Floats, smile: SviSlice) -> Floats:
    """w(k), for slices that were checked when they were made."""
    a, b, rho, m, sigma = smile
    return np.asarray(a + b * (rho * (k - m) + np.hypot(k - m, sigma)))


def check_nodes(*slices: SviSlice) -> Floats:
    """Places in |k| <= 3 at which several slices are compared: dense where any of them bends."""
    bends = _nodes(np.array([smile.m for smile in slices]), np.array([smile.sigma for smile in slices]))
    return np.unique(np.concatenate((bends.ravel(), np.linspace(-RANGE, RANGE, 601))))


def _band(floor: SviSlice | None, ceiling: SviSlice | None) -> _Band:
    around = 0.05 * np.sinh(np.linspace(-1.0, 1.0, 81) * np.arcsinh(RANGE / 0.05))
    slices = [smile for smile in (floor, ceiling) if smile is not None]
    k = np.unique(np.concatenate((around, *(_nodes(np.array([s.m]), np.array([s.sigma]))[0, ::4] for s in slices))))
    low = np.zeros_like(k) if floor is None else variance(k, floor)
    high = np.full_like(k, np.inf) if ceiling is None else variance(k, ceiling)
    return _Band(k, low, high, tuple((smile.m, smile.sigma) for smile in slices))


def _searched(points: Points, band: _Band | None, room: float) -> SviSlice | None:
    low, high = _box(points, band)

    def cost(places: Floats) -> Floats:
        return _without_arbitrage(places, _solved_within(places, points, band), room)

    best = least_cost(cost, low, high, Zoom(first=16, later=9, rounds=9, shrink=0.45))[None, :]
    found = _solved_within(best, points, band)
    return _slice(best[0], found) if np.isfinite(_without_arbitrage(best, found, room)).all() else None


def _box(points: Points, band: _Band | None) -> tuple[list[float], list[float]]:
    """Bounds of m and ln(sigma): around the strikes, and wide enough to bend where the slices of the band bend."""
    first, last = float(points.k.min()), float(points.k.max())
    reach = last - first
    bends = () if band is None else band.bends
    low, high, widest = first - 0.5 * reach, last + 0.5 * reach, 3.0 * reach
    for m, sigma in bends:
        low, high, widest = min(low, m), max(high, m), max(widest, 1.5 * sigma)
    return [low, log(max(0.02 * reach, 1e-4))], [high, log(widest)]


def _solved_within(places: Floats, points: Points, band: _Band | None) -> _Solved:
    """Least squares that touches the band where it would leave it most, at one place and then at a second one."""
    rows = Points(points.k[None, :], points.w[None, :], points.weight[None, :] / points.weight.sum())
    solved = _solved(places, rows)
    if band is None:
        return solved
    size = float(rows.weight[0] @ points.w**2)
    for _ in range(_TOUCHES):
        over, at, edge = _crossing(places, solved, band)
        if not (over > 0.0).any():
            return solved
        rows = _touching(rows, band.k[at], edge, np.where(over > 0.0, _HEAVY * size, 0.0))
        solved = _solved(places, rows)
    over, _, _ = _crossing(places, solved, band)
    return solved._replace(cost=solved.cost + size * _CROSSING * over**2)


def _crossing(places: Floats, solved: _Solved, band: _Band) -> tuple[Floats, NDArray[np.intp], Floats]:
    """By what share each slice leaves the band at the worst place, where that is, and the edge there."""
    y = (band.k - places[:, :1]) / np.exp(places[:, 1:])
    w = solved.a[:, None] + solved.d[:, None] * y + solved.c[:, None] * np.sqrt(y * y + 1.0)
    above, below = w / band.high - 1.0, np.where(band.low > 0.0, 1.0 - w / np.maximum(band.low, 1e-300), -1.0)
    out = np.maximum(above, below)
    at = np.argmax(out, axis=1)
    row = np.arange(len(at))
    worst = np.asarray(np.maximum(out[row, at], 0.0))
    edge = np.where(above[row, at] >= below[row, at], band.high[at] * (1.0 - _INSIDE), band.low[at] * (1.0 + _INSIDE))
    return worst, at, np.where(worst > 0.0, edge, 1.0)


def _touching(rows: Points, k: Floats, w: Floats, heavy: Floats) -> Points:
    """The points of each row, and one more so heavy that the slice goes through it."""
    count = k.size
    parts = ((rows.k, k), (rows.w, w), (rows.weight, heavy / w**2))
    return Points(
        *(np.concatenate((np.broadcast_to(old, (count, old.shape[1])), new[:, None]), axis=1) for old, new in parts)
    )


def _slice(place: Floats, solved: _Solved) -> SviSlice:
    a, d, c, _ = (float(values[0]) for values in solved)
    sigma = float(np.exp(place[1]))
    return SviSlice(a, c / sigma, d / c if c > 0.0 else 0.0, float(place[0]), sigma)


def _solved(places: Floats, rows: Points) -> _Solved:
    """Weighted least squares in (a, d, c) inside the kite |d| <= 0.999 c, c + |d| <= 1.998 sigma, for each place."""
    sigma = np.exp(places[:, 1:])
    total = rows.weight.sum(axis=1, keepdims=True)
    share = rows.weight / total
    y = (rows.k - places[:, :1]) / sigma
    z = np.sqrt(y * y + 1.0)
    mean_y, mean_z, mean_w = ((values * share).sum(axis=1, keepdims=True) for values in (y, z, rows.w))
    y, z, w = y - mean_y, z - mean_z, rows.w - mean_w
    weighted_y, weighted_z = y * share, z * share
    yy, zz = (weighted_y * y).sum(axis=1), (weighted_z * z).sum(axis=1)
    yw, zw = (weighted_y * w).sum(axis=1), (weighted_z * w).sum(axis=1)
    # A hair of ridge: among equals the flattest.
    ridge = 1e-9 * (yy + zz) + 1e-300
    form = _Quadratic(yy + ridge, (weighted_y * z).sum(axis=1), zz + ridge, yw, zw)
    d, c = _inside(form, _WINGS * sigma[:, 0])
    error = w - d[:, None] * y - c[:, None] * z
    cost = total[:, 0] * ((share * error * error).sum(axis=1) + ridge * (d * d + c * c))
    return _Solved(mean_w[:, 0] - d * mean_y[:, 0] - c * mean_z[:, 0], d, c, cost)


def _inside(form: _Quadratic, top: Floats) -> tuple[Floats, Floats]:
    """The least of a convex quadratic in (d, c) over a kite: inside, or on the best of its four sides."""
    yy, yz, zz, yw, zw = form
    determinant = np.maximum(yy * zz - yz * yz, 1e-300)
    d, c = (yw * zz - zw * yz) / determinant, (zw * yy - yw * yz) / determinant
    outside = (np.abs(d) > _STEEPEST * c) | (c + np.abs(d) > top)
    if not outside.any():
        return d, c
    least = np.where(outside, np.inf, -np.inf)
    waist, zero = top / (1.0 + _STEEPEST), np.zeros_like(top)
    for side in (-_STEEPEST, _STEEPEST):
        for tip in (zero, top):
            step_d, step_c = side * waist, waist - tip
            slope = step_d * (yw - yz * tip) + step_c * (zw - zz * tip)
            bend = step_d**2 * yy + 2.0 * step_d * step_c * yz + step_c**2 * zz
            along = np.clip(slope / np.maximum(bend, 1e-300), 0.0, 1.0)
            at_d, at_c = along * step_d, tip + along * step_c
            height = -2.0 * (at_d * yw + at_c * zw) + at_d**2 * yy + 2.0 * at_d * at_c * yz + at_c**2 * zz
            better = height < least
            d, c, least = np.where(better, at_d, d), np.where(better, at_c, c), np.where(better, height, least)
    return d, c


def _without_arbitrage(places: Floats, solved: _Solved, room: float) -> Floats:
    """The costs, infinite where the density is below `room` somewhere; checked from the cheapest until one holds."""
    cost = solved.cost.copy()
    order = np.argsort(cost, kind="stable")
    for start in range(0, order.size, _CHECKED):
        some = order[start : start + _CHECKED]
        m, sigma = places[some, 0], np.exp(places[some, 1])
        c, d = solved.c[some], solved.d[some]
        rho = np.where(c > 0.0, d / np.where(c > 0.0, c, 1.0), 0.0)
        slices = np.stack((solved.a[some], c / sigma, rho, m, sigma), axis=1)
        free = _least_g(slices, _nodes(m, sigma)) >= room
        cost[some] = np.where(free, cost[some], np.inf)
        if free.any():
            # Those left are dearer than one that holds: no need to know whether they hold too.
            return cost
    return cost


def _nodes(m: Floats, sigma: Floats) -> Floats:
    """For each slice 121 places across |k| <= 3, dense around its bend."""
    width = np.arcsinh((RANGE + np.abs(m)) / sigma)
    return np.clip(m[:, None] + sigma[:, None] * np.sinh(width[:, None] * _EVEN), -RANGE, RANGE)


def _least_g(slices: Floats, k: Floats) -> Floats:
    """The least g of each row's slice at its row of k; minus infinity where a total variance is not above 0."""
    return _densities(slices, k).min(axis=1)


def _densities(slices: Floats, k: Floats) -> Floats:
    """g of each row's slice at its row of k; minus infinity where a total variance is not above 0."""
    a, b, rho, m, sigma = (column[:, None] for column in slices.T)
    gap = k - m
    root = np.sqrt(gap * gap + sigma * sigma)
    w = a + b * (rho * gap + root)
    safe = np.where(w > 0.0, w, 1.0)
    w1 = b * (rho + gap / root)
    w2 = b * (sigma / root) ** 2 / root
    g = (1.0 - 0.5 * k * w1 / safe) ** 2 - 0.25 * w1**2 * (1.0 / safe + 0.25) + 0.5 * w2
    return np.where(w > 0.0, g, -np.inf)
