"""Random numbers that belong to a path: the same whatever is drawn beside it, in what order, by how many threads.

Every path owns a fixed stretch of one Philox stream, found by its index, and takes a fixed number of uniforms from it.
"""

from typing import Final

import numpy as np
from scipy.special import ndtri

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import Floats

# Uniforms are (i + 1/2) / 2^53: neither 0 nor 1, so that every one has a finite normal.
_HALF_STEP: Final = 2.0**-54
_PER_BLOCK: Final = 4


def uniforms(paths: int, per_path: int, *, seed: int, first_path: int = 0, antithetic: bool = False) -> Floats:
    """Uniforms strictly between 0 and 1, one row a path.

    Args: seed >= 0; first_path: index of the first row, so that a chunk is its part of the whole; antithetic: rows
        2i and 2i + 1 are u and 1 - u.
    Shape: (paths, per_path).
    Raises: PricingError: a negative number, or an antithetic chunk that splits a pair.
    Source: Salmon et al. (2011), Philox4x64, as in numpy.

    >>> whole = uniforms(4, 3, seed=7)
    >>> bool((uniforms(2, 3, seed=7, first_path=2) == whole[2:]).all())
    True
    """
    _check(paths=paths, per_path=per_path, seed=seed, first_path=first_path)
    if not antithetic:
        return _stretch(paths, per_path, seed=seed, first=first_path)
    if paths % 2 or first_path % 2:
        raise PricingError(str(fault("paths", "paths, first_path", (paths, first_path), "even numbers: pairs")))
    half = _stretch(paths // 2, per_path, seed=seed, first=first_path // 2)
    return np.stack((half, 1.0 - half), axis=1).reshape(paths, per_path)


def normals(draws: Floats, *, moment_matched: bool = False) -> Floats:
    """Standard normals of uniforms; `moment_matched` gives every column mean 0 and variance 1 exactly.

    >>> float(normals(np.array([[0.5]]))[0, 0])
    0.0
    """
    values = np.asarray(ndtri(draws))
    if not moment_matched:
        return values
    centred = values - values.mean(axis=0)
    deviation = centred.std(axis=0)
    return centred / np.where(deviation > 0.0, deviation, 1.0)


def _stretch(paths: int, per_path: int, *, seed: int, first: int) -> Floats:
    blocks = -(-per_path // _PER_BLOCK)
    stream = np.random.Philox(key=seed)
    stream.advance(first * blocks)
    rows = np.random.Generator(stream).random((paths, blocks * _PER_BLOCK))
    return rows[:, :per_path] + _HALF_STEP


def _check(**numbers: int) -> None:
    faults = [str(fault("paths", name, value, "a whole number >= 0")) for name, value in numbers.items() if value < 0]
    if faults:
        raise PricingError("; ".join(faults))
