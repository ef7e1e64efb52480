"""When a batch is large enough for compiled code. Nothing here imports numba: a small call must not pay for it."""

import sys
from math import prod
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

LEAST: Final = 20_000
"""Options from which compiled code is used where this process has loaded it already."""
LOADS_BLACK: Final = 500_000
LOADS_IMPLIED: Final = 100_000
"""Options from which one call loads it: a quarter of a second, or on a machine's first time a few for compiling."""
_COMPILED: Final = "oracle_core.maths.kernels.batch"


def compiled_pays(size: int, loads_from: int) -> bool:
    """Whether a batch of `size` goes through compiled code."""
    return size >= LEAST and (size >= loads_from or _COMPILED in sys.modules)


def batch_size(*values: ArrayLike) -> int:
    """Options in a batch of arrays that broadcast together; 1 where there is no array, 0 where shapes do not fit."""
    shapes: set[tuple[int, ...]] = {getattr(value, "shape", ()) for value in values} - {()}
    if len(shapes) <= 1:
        return prod(shapes.pop()) if shapes else 1
    try:
        return prod(np.broadcast_shapes(*shapes))
    except ValueError:
        return 0
