"""Whole batches through the compiled loops: inputs made flat, and shared out to threads in fixed parts.

Importing this imports numba. The public functions of `maths` do so for large batches only; a caller that will
price many small batches may import it himself.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.black import black_core_loop
from oracle_core.maths.kernels.implied import BLOCK, implied_vol_loop
from oracle_core.maths.kernels.quote import LEFT

_Loop = Callable[[slice], int]

PART: Final = 64 * BLOCK
"""Options to a part. Parts are the same for every number of threads, and so is each result, to the last bit."""


def core(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
    threads: int | None = None,
) -> Floats | None:
    """Rows price, delta, gamma, vega, theta, shape (5, *S); None where an input is beyond what the loop is made for.

    threads: how many share a large batch; by default those of the machine, or NUMBA_NUM_THREADS.
    """
    shape, flat = _flat(forward, strike, years, vol, sign)
    cut = _cut(discount, shape)
    f, k, t, v, s = flat
    out = np.empty((5, f.size))

    def loop(part: slice) -> int:
        d = None if cut is None else cut[part]
        return black_core_loop(f[part], k[part], t[part], v[part], s[part], d, out[:, part])

    return None if _in_parts(loop, f.size, threads) else out.reshape(5, *shape)


def vols(
    price: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
    threads: int | None = None,
) -> Floats:
    """Implied volatilities, NaN where there is none and -1 where the NumPy form must look: see `implied_vol`."""
    shape, flat = _flat(price, forward, strike, years, sign)
    cut = _cut(discount, shape)
    p, f, k, t, s = flat
    out = np.empty(f.size)

    def loop(part: slice) -> int:
        d = None if cut is None else cut[part]
        return implied_vol_loop(p[part], f[part], k[part], t[part], s[part], d, out[part])

    _in_parts(loop, f.size, threads)
    return out.reshape(shape)


def left(found: Floats) -> tuple[NDArray[np.intp], ...]:
    """Where the NumPy form must look."""
    return np.nonzero(found == LEFT)


def _flat(*values: ArrayLike) -> tuple[tuple[int, ...], list[Floats]]:
    given = [np.asarray(value, dtype=np.float64) for value in values]
    shape = given[0].shape
    if any(value.shape != shape for value in given):
        shape = np.broadcast_shapes(*(value.shape for value in given))
        given = [np.broadcast_to(value, shape) for value in given]
    return shape, [np.ascontiguousarray(value).reshape(-1) for value in given]


def _cut(discount: ArrayLike, shape: tuple[int, ...]) -> Floats | None:
    if isinstance(discount, float) and discount == 1.0:
        return None
    return np.ascontiguousarray(np.broadcast_to(np.asarray(discount, dtype=np.float64), shape)).reshape(-1)


def _in_parts(loop: _Loop, size: int, threads: int | None) -> int:
    if size <= PART:
        return loop(slice(0, size))
    parts = [slice(at, min(at + PART, size)) for at in range(0, size, PART)]
    workers = min(threads or _threads(), len(parts))
    if workers == 1:
        return sum(loop(part) for part in parts)
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(loop, parts))


def _threads() -> int:
    wanted = os.environ.get("NUMBA_NUM_THREADS", "")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(wanted) if wanted.isdecimal() and int(wanted) else usable
