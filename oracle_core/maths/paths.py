"""Price paths under the desk's models and from its own history, on an even time grid.

Row p of any result depends on the seed and on p alone: chunks and threads give the rows of the whole. The exception is
`moment_matched`, which takes the sample's own errors out of all rows at once, and so needs all of them at once.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtri

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays
from oracle_core.maths.draws import normals, uniforms
from oracle_core.maths.heston import HestonModel, checked_model
from oracle_core.maths.jumps import JumpModel, checked_jumps, compensator

_NO_JUMPS: Final = JumpModel(0.0, 0.0, 0.0)
_SWITCH: Final = 1.5
_STILL: Final = 1e-6


class Sampling(NamedTuple):
    """How many paths of how many steps, which of them, and how errors are reduced."""

    paths: int
    steps: int
    step: float
    seed: int
    first_path: int = 0
    antithetic: bool = False
    moment_matched: bool = False


class VariancePaths(NamedTuple):
    """Prices and variances of every path at every time."""

    price: Floats
    variance: Floats


def gbm(start: float, vol: float, sampling: Sampling, *, drift: float = 0.0) -> Floats:
    """Geometric Brownian motion, exact on the grid.

    Args:
        start: > 0.    vol: annualised fraction, >= 0.    drift: of the expected price, per year.
        sampling: step is in years.
    Shape: (paths, steps + 1); column 0 is `start`.
    Raises: PricingError: an input is not finite, or outside its domain.

    >>> gbm(100.0, 0.0, Sampling(paths=1, steps=2, step=0.5, seed=1), drift=0.02).round(3).tolist()
    [[100.0, 101.005, 102.02]]
    """
    return merton_paths(start, vol, _NO_JUMPS, sampling, drift=drift)


def merton_paths(start: float, vol: float, jumps: JumpModel, sampling: Sampling, *, drift: float = 0.0) -> Floats:
    """Merton's jump diffusion, exact on the grid. Inputs and shape as `gbm`."""
    _check(start=start, vol=vol, drift=drift, sampling=sampling)
    jumps = checked_jumps("paths", jumps)
    draws = _draws(sampling, per_step=3 if jumps.rate > 0.0 else 1)
    moves = vol * np.sqrt(sampling.step) * normals(draws[0], moment_matched=sampling.moment_matched)
    moves += (drift - 0.5 * vol**2) * sampling.step
    if jumps.rate > 0.0:
        moves += _jump_moves(jumps, sampling.step, draws[1], draws[2])
    return _prices(start, moves, sampling, drift=drift)


def heston_paths(start: float, model: HestonModel, sampling: Sampling, *, drift: float = 0.0) -> VariancePaths:
    """Heston by Andersen's quadratic-exponential scheme, with its martingale correction.

    Source: Andersen (2008), J. Computational Finance 11(3), 1-42.
    """
    return bates_paths(start, model, _NO_JUMPS, sampling, drift=drift)


def bates_paths(
    start: float, model: HestonModel, jumps: JumpModel, sampling: Sampling, *, drift: float = 0.0
) -> VariancePaths:
    """Heston's variance with lognormal jumps in the price. Inputs and shape as `gbm`."""
    _check(start=start, vol=0.0, drift=drift, sampling=sampling)
    model, jumps = checked_model("paths", model), checked_jumps("paths", jumps)
    draws = _draws(sampling, per_step=4 if jumps.rate > 0.0 else 2)
    shocks = normals(draws[0], moment_matched=sampling.moment_matched)
    variance = np.empty((sampling.paths, sampling.steps + 1))
    variance[:, 0] = model.v0
    moves = np.empty((sampling.paths, sampling.steps))
    for i in range(sampling.steps):
        variance[:, i + 1], moves[:, i] = _heston_step(
            model, sampling.step, variance[:, i], draws[1][:, i], shocks[:, i]
        )
    moves += drift * sampling.step
    if jumps.rate > 0.0:
        moves += _jump_moves(jumps, sampling.step, draws[2], draws[3])
    return VariancePaths(_prices(start, moves, sampling, drift=drift), variance)


def block_bootstrap(
    start: float, returns: ArrayLike, sampling: Sampling, *, block: int, centred: bool = False
) -> Floats:
    """Paths stitched from blocks of past log returns, drawn with replacement round the end of the history.

    Args: returns: log returns per step, one dimension, at least `block`.    block: consecutive returns kept together.
        centred: take the history's mean return out. `sampling.step` is not used.
    Shape: (paths, steps + 1).
    Source: Künsch (1989), Annals of Statistics 17, 1217-1241, in the circular form of Politis and Romano (1992).

    >>> block_bootstrap(1.0, [0.0, 0.0, 0.0], Sampling(1, 2, 1.0, seed=3), block=2).tolist()
    [[1.0, 1.0, 1.0]]
    """
    _check(start=start, vol=0.0, drift=0.0, sampling=sampling)
    (history,) = arrays("block_bootstrap", returns=(returns, FINITE))
    if history.ndim != 1 or not 1 <= block <= history.size:
        size = f"{block} of shape {history.shape}"
        raise PricingError(
            str(fault("block_bootstrap", "block", size, "from 1 to the length of a one-dimensional history"))
        )
    history = history - history.mean() if centred else history
    blocks = -(-sampling.steps // block)
    draws = uniforms(
        sampling.paths, blocks, seed=sampling.seed, first_path=sampling.first_path, antithetic=sampling.antithetic
    )
    starts = (draws * history.size).astype(np.intp)
    places = (starts[:, :, None] + np.arange(block)) % history.size
    moves = history[places].reshape(sampling.paths, blocks * block)[:, : sampling.steps]
    return _cumulated(start, moves)


def _draws(sampling: Sampling, *, per_step: int) -> Floats:
    """Uniforms by use, path and step."""
    flat = uniforms(
        sampling.paths,
        per_step * sampling.steps,
        seed=sampling.seed,
        first_path=sampling.first_path,
        antithetic=sampling.antithetic,
    )
    return np.moveaxis(flat.reshape(sampling.paths, per_step, sampling.steps), 1, 0)


def _heston_step(
    model: HestonModel, step: float, variance: Floats, uniform: Floats, shock: Floats
) -> tuple[Floats, Floats]:
    """The next variance and the log move of the price, without drift."""
    _, kappa, theta, xi, rho = model
    faded = np.exp(-kappa * step)
    mean = theta + (variance - theta) * faded
    if xi < _STILL:
        spent = 0.5 * (variance + mean) * step
        return mean, np.sqrt(spent) * shock - 0.5 * spent
    spread = xi**2 * (1.0 - faded) / kappa * (variance * faded + 0.5 * theta * (1.0 - faded))
    tilt, half = rho / xi, 0.5 * step
    k1, k2 = half * (kappa * tilt - 0.5) - tilt, half * (kappa * tilt - 0.5) + tilt
    k3 = half * (1.0 - rho**2)
    after, log_moment = _variance_step(np.maximum(mean, 1e-300), spread, uniform, k2 + 0.5 * k3)
    # Where the correction does not exist, the uncorrected scheme's constant stands in.
    corrected = -log_moment - (k1 + 0.5 * k3) * variance
    constant = np.where(np.isfinite(log_moment), corrected, -tilt * kappa * theta * step)
    return after, constant + k1 * variance + k2 * after + np.sqrt(k3 * (variance + after)) * shock


def _variance_step(mean: Floats, spread: Floats, uniform: Floats, tilt: float) -> tuple[Floats, Floats]:
    """Andersen's next variance, and ln E exp(tilt * it): not finite where that does not exist."""
    with np.errstate(all="ignore"):
        ratio = np.maximum(spread / mean**2, 1e-12)
        inverse = 2.0 / np.minimum(ratio, _SWITCH)
        b2 = inverse - 1.0 + np.sqrt(inverse * (inverse - 1.0))
        a = mean / (1.0 + b2)
        room = 1.0 - 2.0 * tilt * a
        quadratic = a * (np.sqrt(b2) + ndtri(uniform)) ** 2
        log_quadratic = tilt * b2 * a / room - 0.5 * np.log(room)
        zero = (ratio - 1.0) / (ratio + 1.0)
        decay = (1.0 - zero) / mean
        exponential = np.where(uniform <= zero, 0.0, np.log((1.0 - zero) / (1.0 - uniform)) / decay)
        log_exponential = np.where(tilt < decay, np.log(zero + decay * (1.0 - zero) / (decay - tilt)), np.nan)
    low = ratio <= _SWITCH
    return np.where(low, quadratic, exponential), np.where(low, log_quadratic, log_exponential)


def _jump_moves(jumps: JumpModel, step: float, count: Floats, size: Floats) -> Floats:
    """Compensated log moves by jumps: a Poisson number by inversion, then one normal for their sum."""
    rate, mean, deviation = jumps
    expected = rate * step
    most = np.arange(int(expected + 12.0 * np.sqrt(expected) + 30.0))
    ladder = np.cumsum(np.exp(most * np.log(expected) - expected - gammaln(most + 1.0)))
    number = np.searchsorted(ladder, count).astype(np.float64)
    moves = number * mean + np.sqrt(number) * deviation * ndtri(size)
    return np.asarray(moves - expected * compensator(rate, mean, deviation))


def _prices(start: float, moves: Floats, sampling: Sampling, *, drift: float) -> Floats:
    prices = _cumulated(start, moves)
    if sampling.moment_matched:
        expected = start * np.exp(drift * sampling.step * np.arange(sampling.steps + 1))
        prices *= expected / prices.mean(axis=0)
    return prices


def _cumulated(start: float, moves: Floats) -> Floats:
    prices = np.empty((moves.shape[0], moves.shape[1] + 1))
    prices[:, 0] = start
    prices[:, 1:] = start * np.exp(np.cumsum(moves, axis=1))
    return prices


def _check(*, start: float, vol: float, drift: float, sampling: Sampling) -> None:
    arrays(
        "paths",
        start=(start, POSITIVE),
        vol=(vol, NOT_NEGATIVE),
        drift=(drift, FINITE),
        step=(sampling.step, POSITIVE),
        paths=(sampling.paths, POSITIVE),
        steps=(sampling.steps, NOT_NEGATIVE),
    )
    if sampling.moment_matched and sampling.first_path:
        raise PricingError(
            str(fault("paths", "first_path", sampling.first_path, "0: moments are matched over all paths"))
        )
