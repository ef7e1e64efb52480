"""How a function is compiled here, and where what is compiled is kept."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import config
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., object])

# A loop over a dozen arrays needs more overlap checks than LLVM allows by default, and would stay scalar.
binding.set_option("oracle_core", "-runtime-memory-check-threshold=256")  # pyright: ignore[reportUnknownMemberType] - llvmlite has no types

_FUSED: Final = {"contract"}
_CACHE_DIR: Final = "CACHE_DIR"  # numba sets it from the environment, unseen by its types


def inlined(function: Function) -> Function:
    """A formula that is compiled into each loop that calls it; products and sums may fuse into one rounding."""
    return numba.njit(function, error_model="numpy", fastmath=_FUSED)  # pyright: ignore[reportReturnType] - called like the function that it compiles


def kernel(function: Function) -> Function:
    """A loop over arrays, compiled at its first call and kept on disk; it runs without the interpreter's lock."""
    return _kept(function, fused=True)


def exact(function: Function) -> Function:
    """A `kernel` that rounds every operation as it stands: error-free sums and products do not survive fusing."""
    return _kept(function, fused=False)


def _kept(function: Function, *, fused: bool) -> Function:
    flags = _FUSED if fused else False
    before: object = getattr(config, _CACHE_DIR)
    setattr(config, _CACHE_DIR, str(_folder(str(before or ""))))
    try:
        return numba.njit(function, error_model="numpy", fastmath=flags, nogil=True, cache=True)  # pyright: ignore[reportReturnType] - called like the function that it compiles
    except RuntimeError:  # no folder can be written to: compile in every process
        return numba.njit(function, error_model="numpy", fastmath=flags, nogil=True)  # pyright: ignore[reportReturnType] - called like the function that it compiles
    finally:
        setattr(config, _CACHE_DIR, before)


@cache
def _folder(chosen: str) -> Path:
    """A folder for each state of this package: numba itself looks for changes only in the file of the loop."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted(here.glob("*.py")):
        digest.update(source.read_bytes())
    return Path(chosen or here / "__pycache__") / digest.hexdigest()[:16]


if TYPE_CHECKING:

    def bits(x: float) -> np.int64: ...

    def real(x: np.int64) -> float: ...

else:

    @intrinsic
    def bits(_, x):  # noqa: ARG001 - the typing of an intrinsic
        """The bit pattern of a double."""

        def emit(_, builder, __, arguments):
            return builder.bitcast(arguments[0], ir.IntType(64))

        return types.int64(types.float64), emit

    @intrinsic
    def real(_, x):  # noqa: ARG001 - as above
        """The double of a bit pattern."""

        def emit(_, builder, __, arguments):
            return builder.bitcast(arguments[0], ir.DoubleType())

        return types.float64(types.int64), emit
