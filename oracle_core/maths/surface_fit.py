"""All expiries of a surface: a slice each, free of butterfly arbitrage, none crossing the next; and what lies between.

The expiry quoted over the widest range of strikes is fitted first; each other one that would cross a neighbour fitted
before it is fitted again between them. What little still crosses is removed by scaling the nearer slice down, which
cannot make a density negative: g is concave in the scale and not negative at 0 and at 1.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays
from oracle_core.maths.svi import SviSlice
from oracle_core.maths.svi_fit import (
    Points,
    SmileQuotes,
    check_nodes,
    fit_slice,
    least_density,
    least_over,
    variance,
    variance_points,
)

_BELOW: Final = 1e-6


class ExpiryQuotes(NamedTuple):
    """The quotes of one expiry, `years` > 0 away."""

    years: float
    quotes: SmileQuotes


class FittedSlice(NamedTuple):
    """One expiry's slice, and how it was come by.

    unconstrained: the slice of the quotes alone, before the next expiry was looked at.    repaired: they differ.
    """

    years: float
    smile: SviSlice
    unconstrained: SviSlice
    least_density: float

    @property
    def repaired(self) -> bool:
        """Whether calendar arbitrage against the next expiry had to be taken out."""
        return self.smile != self.unconstrained


def fit_slices(expiries: Sequence[ExpiryQuotes]) -> tuple[FittedSlice, ...]:
    """SVI slices through every expiry's quotes, weighted by their bid and ask, without static arbitrage on |k| <= 3.

    Args: expiries: in any order, `years` > 0 and all different.
    Returns: in order of expiry. Total variance does not fall from one to the next at any k, and no g(k) is below 0.
    Raises: PricingError: two expiries are equal, or one is not in the future.
    Source: Gatheral and Jacquier (2014), Quantitative Finance 14, 59-71, for the conditions; the repair is our own.

    >>> flat = ExpiryQuotes(0.1, SmileQuotes(np.linspace(-0.2, 0.2, 7), np.full(7, 0.5), np.full(7, 0.01)))
    >>> fitted = fit_slices([flat])[0]
    >>> round(fitted.smile.a + fitted.smile.b * fitted.smile.sigma, 6), fitted.repaired
    (0.025, False)
    """
    ordered = sorted(expiries, key=lambda one: one.years)
    years = [one.years for one in ordered]
    arrays("surface", years=(years, POSITIVE))
    if len(set(years)) != len(years):
        raise PricingError(str(fault("surface", "years", years, "expiries that differ")))
    found: dict[int, tuple[SviSlice, SviSlice]] = {}
    for number in _order(ordered):
        floor = max((other for other in found if other < number), default=None)
        ceiling = min((other for other in found if other > number), default=None)
        found[number] = _fitted(
            variance_points(ordered[number].quotes, years[number]),
            None if floor is None else found[floor][1],
            None if ceiling is None else found[ceiling][1],
        )
    done: list[FittedSlice] = []
    for number in reversed(range(len(ordered))):
        alone, smile = found[number]
        smile = _scaled(smile, done[-1].smile) if done else smile
        done.append(FittedSlice(years[number], smile, alone, least_density(smile)))
    return tuple(reversed(done))


def calendar_room(near: SviSlice, far: SviSlice) -> float:
    """The least of w_far - w_near over |k| <= 3, looked for wherever either bends: below 0 is calendar arbitrage.

    >>> flat = SviSlice(0.01, 0.0, 0.0, 0.0, 0.1)
    >>> round(calendar_room(flat, flat._replace(a=0.03)), 12)
    0.02
    """
    return least_over(lambda k: variance(k, far) - variance(k, near), check_nodes(near, far))


def between_slices(k: ArrayLike, years: ArrayLike, slices: Sequence[tuple[float, SviSlice]]) -> Floats:
    """Total variance at any k and time: linear in time at a fixed k, volatility constant before and after all slices.

    Args: slices: (years, slice) in order of expiry, at least one.    k, years broadcast together; years >= 0.

    >>> flat = SviSlice(0.01, 0.0, 0.0, 0.0, 0.1)
    >>> pair = [(0.1, flat), (0.3, flat._replace(a=0.04))]
    >>> between_slices(0.0, [0.05, 0.2, 0.6], pair).round(6).tolist()
    [0.005, 0.025, 0.08]
    """
    if not slices:
        raise PricingError(str(fault("surface", "slices", "none", "at least one expiry")))
    k_, years_ = arrays("surface", k=(k, FINITE), years=(years, NOT_NEGATIVE))
    shape = np.broadcast_shapes(k_.shape, years_.shape)
    k_, years_ = np.broadcast_to(k_, shape), np.broadcast_to(years_, shape)
    times: Floats = np.array([time for time, _ in slices], dtype=np.float64)
    after = np.clip(np.searchsorted(times, years_), 0, len(slices) - 1)
    before = np.maximum(after - 1, 0)
    levels = np.stack([variance(k_, smile) for _, smile in slices])
    w_after, w_before = (np.take_along_axis(levels, at[None], axis=0)[0] for at in (after, before))
    end, start = np.take(times, after), np.take(times, before)
    along = (years_ - start) / np.where(after > before, end - start, 1.0)
    between: Floats = w_before + along * (w_after - w_before)
    # Before the first and after the last expiry, volatility is that expiry's at the same k.
    outside = (years_ <= times[0]) | (years_ >= times[-1])
    held: Floats = w_after * years_ / end
    return np.where(outside, held, between)


def _order(expiries: Sequence[ExpiryQuotes]) -> list[int]:
    """The widest quoted first: the others are kept between their wings, which they say nothing about themselves."""
    return sorted(range(len(expiries)), key=lambda one: (-float(np.ptp(expiries[one].quotes.k)), one))


def _fitted(points: Points, floor: SviSlice | None, ceiling: SviSlice | None) -> tuple[SviSlice, SviSlice]:
    """The slice of the points alone, and the one that crosses neither neighbour."""
    alone = fit_slice(points)
    crosses = (ceiling is not None and calendar_room(alone, ceiling) < 0.0) or (
        floor is not None and calendar_room(floor, alone) < 0.0
    )
    return alone, fit_slice(points, floor=floor, ceiling=ceiling) if crosses else alone


def _scaled(smile: SviSlice, above: SviSlice) -> SviSlice:
    scale = least_over(lambda k: variance(k, above) / variance(k, smile), check_nodes(smile, above))
    if scale >= 1.0:
        return smile
    scale *= 1.0 - _BELOW
    return smile._replace(a=smile.a * scale, b=smile.b * scale)
