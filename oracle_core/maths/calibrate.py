"""Heston and Bates fitted to a chain's quotes: bounded parameters, weighted by bid and ask, with a report."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import black_core
from oracle_core.maths.domain import Floats
from oracle_core.maths.fourier import Complexes, Exponent
from oracle_core.maths.heston import HestonModel, heston, heston_exponent
from oracle_core.maths.implied import implied_vol
from oracle_core.maths.jumps import JumpModel, bates, compensator
from oracle_core.maths.lewis import chain_prices
from oracle_core.maths.surface_fit import ExpiryQuotes
from oracle_core.maths.svi_fit import SPREAD_FLOOR

Progress: TypeAlias = Callable[[int, float], None]
"""Told the number of evaluations so far and the least weighted error, in vol points."""


class Bound(NamedTuple):
    """A parameter and the interval it is kept in."""

    name: str
    low: float
    high: float


HESTON_BOUNDS: Final = (
    Bound("v0", 1e-3, 4.0),
    Bound("kappa", 0.05, 30.0),
    Bound("theta", 0.01, 4.0),
    Bound("xi", 0.01, 12.0),
    Bound("rho", -0.95, 0.95),
)
JUMP_BOUNDS: Final = (Bound("rate", 0.0, 60.0), Bound("mean", -0.5, 0.5), Bound("deviation", 0.005, 0.6))
FARTHEST: Final = 3.0
"""Strikes beyond this many deviations hold no information that their vega could carry."""

_JUMP_STARTS: Final = (
    np.array([0.0, -0.02, 0.05]),
    np.array([5.0, -0.03, 0.08]),
    np.array([20.0, -0.01, 0.05]),
)
_MOST_STEPS: Final = 40
_AT_BOUND: Final = 1e-4
_HOPELESS: Final = 10.0


class ExpiryFit(NamedTuple):
    """One expiry: how many quotes, and the model's root mean squared error against them in vol points."""

    years: float
    quotes: int
    rmse_points: float


class Calibration(NamedTuple):
    """A model and how well it fits. `at_bounds` names parameters that ended at the edge of what is allowed.

    rmse_points counts every quote alike; weighted_rmse_points by one over the squared spread; inside_share is the share
    of quotes the model prices between bid and ask.
    """

    model: HestonModel
    jumps: JumpModel | None
    rmse_points: float
    weighted_rmse_points: float
    inside_share: float
    expiries: tuple[ExpiryFit, ...]
    at_bounds: tuple[str, ...]
    evaluations: int
    converged: bool


class _Target(NamedTuple):
    """One expiry's quotes with what turns a price error into errors of volatility and of spreads."""

    years: float
    k: Floats
    vol: Floats
    price: Floats
    vega: Floats
    half_spread: Floats


def calibrate_heston(expiries: Sequence[ExpiryQuotes], *, progress: Progress | None = None) -> Calibration:
    """Heston's five parameters from a chain: |rho| <= 0.95, theta >= 0.01, the others as `HESTON_BOUNDS` says.

    Args: expiries: as `fit_slices` takes them; strikes beyond three standard deviations are left out.
        progress: told of every evaluation; an exception it raises (Ctrl-C too) ends the search.
    Returns: the best of several starts; errors are measured by the exact pricer.
    Raises: PricingError: no expiry has a quote.
    """
    return _calibrate(_targets(expiries), HESTON_BOUNDS, progress)


def calibrate_bates(expiries: Sequence[ExpiryQuotes], *, progress: Progress | None = None) -> Calibration:
    """Heston's five and the three parameters of its jumps. Inputs, result and errors as `calibrate_heston`.

    It starts from Heston's own calibration, without jumps among others, so it fits no worse.
    """
    return _calibrate(_targets(expiries), (*HESTON_BOUNDS, *JUMP_BOUNDS), progress)


def _targets(expiries: Sequence[ExpiryQuotes]) -> list[_Target]:
    targets: list[_Target] = []
    for one in sorted(expiries, key=lambda given: given.years):
        k, vol, half_spread = one.quotes
        near = np.abs(k) <= FARTHEST * vol * np.sqrt(one.years)
        if near.any():
            k, vol, half_spread = k[near], vol[near], half_spread[near]
            core = black_core(1.0, np.exp(k), one.years, vol, sign=np.where(k >= 0.0, 1.0, -1.0))
            targets.append(_Target(one.years, k, vol, core.price, core.vega, half_spread))
    if not targets:
        raise PricingError(str(fault("calibrate", "quotes", "none", "an expiry with a quote near the money")))
    return targets


def _calibrate(targets: Sequence[_Target], bounds: Sequence[Bound], progress: Progress | None) -> Calibration:
    search = _Search(targets, progress)
    found = [search.from_start(start, HESTON_BOUNDS) for start in _heston_starts(targets)]
    best = min(found, key=lambda one: one.cost)
    if len(bounds) > len(HESTON_BOUNDS):
        # No jumps at all is among the starts: Bates is never worse than Heston.
        starts = [np.concatenate((best.place, jumps)) for jumps in _JUMP_STARTS]
        best = min((search.from_start(start, bounds) for start in starts), key=lambda one: one.cost)
    return _report(targets, best, bounds, search.evaluations)


class _Found(NamedTuple):
    cost: float
    place: Floats
    converged: bool


class _Search:
    """The residuals of a chain, counted: errors in spreads, so that 1 is an error as wide as half the market."""

    def __init__(self, targets: Sequence[_Target], progress: Progress | None) -> None:
        self.evaluations = 0
        self._targets, self._progress, self._least = targets, progress, np.inf
        self._years = np.array([one.years for one in targets])
        self._strikes = [one.k for one in targets]
        self._price = np.concatenate([one.price for one in targets])
        self._vega = np.concatenate([one.vega for one in targets])
        self._width = np.hypot(np.concatenate([one.half_spread for one in targets]), SPREAD_FLOOR)
        middles = [float(one.vol[np.argmin(np.abs(one.k))]) for one in targets]
        self._spread = np.array(middles) * np.sqrt(self._years)

    def residuals(self, place: Floats) -> Floats:
        """Error of each quote's volatility, by its vega, over its half-spread."""
        model, jumps = _model(place)
        with np.errstate(all="ignore"):
            prices = chain_prices(_exponent(model, jumps), self._years, self._strikes, self._spread)
        error = (np.concatenate(prices) - self._price) / self._vega
        error = np.nan_to_num(error, nan=_HOPELESS, posinf=_HOPELESS, neginf=-_HOPELESS)
        self._tell(error)
        return error / self._width

    def from_start(self, start: Floats, bounds: Sequence[Bound]) -> _Found:
        """Where the search ends that begins at one place."""
        # Imported here: only a calibration needs it, and it is slow to load.
        from scipy.optimize import least_squares  # noqa: PLC0415

        low, high = np.array([bound.low for bound in bounds]), np.array([bound.high for bound in bounds])
        inside = np.clip(start, low + 1e-6 * (high - low), high - 1e-6 * (high - low))
        result = least_squares(
            self.residuals, inside, bounds=(low, high), x_scale=0.1 + np.abs(inside), loss="soft_l1", f_scale=3.0,
            max_nfev=_MOST_STEPS, ftol=1e-6, xtol=1e-6,
        )  # fmt: skip
        return _Found(float(result.cost), np.asarray(result.x, dtype=np.float64), bool(result.status > 0))

    def _tell(self, error: Floats) -> None:
        self.evaluations += 1
        weight = self._width**-2.0
        self._least = min(self._least, 100.0 * float(np.sqrt(np.average(error**2, weights=weight))))
        if self._progress is not None:
            self._progress(self.evaluations, self._least)


def _heston_starts(targets: Sequence[_Target]) -> list[Floats]:
    """Short and long at-the-money variances, a correlation with the sign of the skew, two speeds."""
    first, last = targets[0], targets[-1]
    near, far = (float(one.vol[np.argmin(np.abs(one.k))]) ** 2 for one in (first, last))
    middle = targets[len(targets) // 2]
    lean = float(np.corrcoef(middle.k, middle.vol)[0, 1]) if middle.k.size > 2 and np.ptp(middle.vol) > 0.0 else 0.0
    rho = 0.5 * lean
    return [np.array([near, 3.0, far, 1.5, rho]), np.array([near, 12.0, far, 4.0, rho])]


def _model(place: Floats) -> tuple[HestonModel, JumpModel | None]:
    numbers = [float(value) for value in place]
    jumps = JumpModel(*numbers[5:]) if len(numbers) > len(HESTON_BOUNDS) else None
    return HestonModel(*numbers[:5]), jumps


def _exponent(model: HestonModel, jumps: JumpModel | None) -> Exponent:
    diffusion = heston_exponent(model)
    if jumps is None:
        return diffusion
    rate, mean, deviation = jumps
    drift = compensator(rate, mean, deviation)

    def exponent(p: Complexes, years: Floats) -> tuple[Complexes, Complexes]:
        value, in_variance = diffusion(p, years)
        return value + rate * years * (np.exp(p * mean + 0.5 * (p * deviation) ** 2) - 1.0 - p * drift), in_variance

    return exponent


def _report(targets: Sequence[_Target], found: _Found, bounds: Sequence[Bound], evaluations: int) -> Calibration:
    model, jumps = _model(found.place)
    errors = [_vol_error(one, model, jumps) for one in targets]
    every, half = np.concatenate(errors), np.concatenate([one.half_spread for one in targets])
    weight = np.hypot(half, SPREAD_FLOOR) ** -2.0
    return Calibration(
        model=model, jumps=jumps, rmse_points=100.0 * float(np.sqrt(np.mean(every**2))),
        weighted_rmse_points=100.0 * float(np.sqrt(np.average(every**2, weights=weight))),
        inside_share=float(np.mean(np.abs(every) <= half)),
        expiries=tuple(
            ExpiryFit(one.years, one.k.size, 100.0 * float(np.sqrt(np.mean(error**2))))
            for one, error in zip(targets, errors, strict=True)
        ),
        at_bounds=tuple(
            bound.name
            for bound, value in zip(bounds, found.place.tolist(), strict=True)
            if min(value - bound.low, bound.high - value) <= _AT_BOUND * (bound.high - bound.low)
        ),
        evaluations=evaluations, converged=found.converged,
    )  # fmt: skip


def _vol_error(one: _Target, model: HestonModel, jumps: JumpModel | None) -> Floats:
    """Model less quoted volatility, by the exact pricer; where the model has no time value, the quote's own size."""
    strike, sign = np.exp(one.k), np.where(one.k >= 0.0, 1.0, -1.0)
    if jumps is None:
        price = heston(1.0, strike, one.years, model, sign=sign).price
    else:
        price = bates(1.0, strike, one.years, model, jumps, sign=sign).price
    vol = implied_vol(price, 1.0, strike, one.years, sign=sign)
    return np.where(np.isfinite(vol), vol, 0.0) - one.vol
