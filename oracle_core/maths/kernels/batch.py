"""Whole batches through the compiled loops: inputs made flat, and shared out to threads in fixed parts.

Importing this imports numba. The public functions of `maths` do so for large batches only; a caller that will
price many small batches may import it himself.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.black import black_core_loop
from oracle_core.maths.kernels.implied import BLOCK, implied_vol_loop
from oracle_core.maths.kernels.quote import LEFT

_Loop = Callable[[slice], int]
_FLOAT: Final = np.dtype(np.float64)
_PACKED: Final = (8,)

PART: Final = 64 * BLOCK
"""Options to a part. A batch is cut only between parts, so each result is the same for every number of threads."""


def core(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
    threads: int | None = None,
    out: tuple[Floats, Floats, Floats, Floats, Floats] | None = None,
) -> tuple[Floats, ...] | None:
    """Price, delta, gamma, vega, theta of `black_core`; None where an input is beyond what the loop is made for.

    threads: how many share a large batch; by default those of the machine, or NUMBA_NUM_THREADS.
    out: flat arrays to fill; who prices millions again and again saves half the time by keeping them.
    """
    shape, (f, k, t, v, s, *cut) = _flat(forward, strike, years, vol, sign, discount)
    d = cut[0] if cut else None
    # Five blocks of memory, not one: the system hands out a very large one page by page, at a cost above the formula's.
    n = f.size
    p, de, g, ve, th = out or (np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n))
    if n <= PART:
        outside = black_core_loop(f, k, t, v, s, d, p, de, g, ve, th)
    else:

        def loop(a: slice) -> int:
            cut_ = None if d is None else d[a]
            return black_core_loop(f[a], k[a], t[a], v[a], s[a], cut_, p[a], de[a], g[a], ve[a], th[a])

        outside = _in_parts(loop, n, threads)
    if outside:
        return None
    return (p, de, g, ve, th) if len(shape) == 1 else tuple(found.reshape(shape) for found in (p, de, g, ve, th))


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
    shape, (p, f, k, t, s, *cut) = _flat(price, forward, strike, years, sign, discount)
    d = cut[0] if cut else None
    out = np.empty(f.size)

    def loop(a: slice) -> int:
        return implied_vol_loop(p[a], f[a], k[a], t[a], s[a], None if d is None else d[a], out[a])

    _in_parts(loop, f.size, threads)
    return out.reshape(shape)


def left(found: Floats) -> tuple[NDArray[np.intp], ...]:
    """Where the NumPy form must look."""
    return np.nonzero(found == LEFT)


def _flat(*values: ArrayLike) -> tuple[tuple[int, ...], Sequence[Floats]]:
    """The common shape and flat arrays, without the last (the discount) where that is 1."""
    if isinstance(values[-1], float) and values[-1] == 1.0:
        values = values[:-1]
    first = values[0]
    if isinstance(first, np.ndarray) and first.strides == _PACKED:
        ready = [v for v in values if type(v) is np.ndarray and v.dtype is _FLOAT and v.strides == _PACKED]
        if len(ready) == len(values) and all(v.size == first.size for v in ready):
            return (ready[0].size,), ready
    whole = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
    return whole[0].shape, [np.ascontiguousarray(value).reshape(-1) for value in whole]


def _in_parts(loop: _Loop, size: int, threads: int | None) -> int:
    if size <= PART:
        return loop(slice(0, size))
    parts = -(-size // PART)
    workers = min(threads or _threads(), parts)
    # Each thread takes one run of whole parts: it needs the interpreter's lock once.
    share = -(-parts // workers) * PART
    shares = [slice(at, min(at + share, size)) for at in range(0, size, share)]
    if workers == 1:
        return loop(shares[0])
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(loop, shares))


def _threads() -> int:
    wanted = os.environ.get("NUMBA_NUM_THREADS", "")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(wanted) if wanted.isdecimal() and int(wanted) else usable
