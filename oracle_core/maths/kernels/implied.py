"""The compiled search behind `implied_vol` for large batches: the method of `maths.time_value`, block by block.

A block's options are sorted by the formula that suits them; each formula's loop has no branch and runs over
neighbouring numbers; what has converged leaves, the rest goes another round. No option's result depends on its
neighbours.
"""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.jit import inlined, kernel
from oracle_core.maths.kernels.quote import LARGE, LEFT, SMALL, read_quotes
from oracle_core.maths.kernels.search import guess_large, guess_small, large_round, small_round, tiny_round

BLOCK: Final = 512
"""Options searched together; a batch is cut at multiples of it, however many threads share it."""
_TINY: Final = 3
_BELOW: Final = 0.055
_MAX_ROUNDS: Final = 16
_LAST_STEP: Final = 3e-5

Rows = NDArray[np.int64]


@kernel
def implied_vol_loop(
    price: Floats, forward: Floats, strike: Floats, years: Floats, sign: Floats, discount: Floats | None, out: Floats
) -> int:
    """Fill `out` with volatilities, NaN where there is none; return how many are `LEFT` to the NumPy form."""
    left = 0
    quotes, kind, spread = np.empty((3, BLOCK)), np.empty(BLOCK, np.int64), np.empty(BLOCK)
    # Rows of a state: share, moneyness, guess, the two ends of its bracket, and the improved guess.
    state, small_rows = np.empty((6, BLOCK)), np.empty(BLOCK, np.int64)
    tiny, tiny_rows = np.empty((6, BLOCK)), np.empty(BLOCK, np.int64)
    for start in range(0, price.size, BLOCK):
        stop = min(start + BLOCK, price.size)
        cut = None if discount is None else discount[start:stop]
        read_quotes(
            price[start:stop], forward[start:stop], strike[start:stop], years[start:stop], sign[start:stop], cut,
            quotes, spread, kind,
        )  # fmt: skip
        count = _gather(stop - start, SMALL, kind, quotes, state, small_rows)
        guess_small(count, state[0], state[1], state[2], state[3], state[4])
        few = _split(count, state, small_rows, tiny, tiny_rows)
        _settle(_TINY, few, tiny, tiny_rows, spread)
        _settle(SMALL, count - few, state, small_rows, spread)
        count = _gather(stop - start, LARGE, kind, quotes, state, small_rows)
        guess_large(count, state[0], state[1], state[2], state[3], state[4])
        _settle(LARGE, count, state, small_rows, spread)
        for i in range(stop - start):
            out[start + i] = spread[i] / quotes[2, i]
            left += spread[i] == LEFT
    return left


@kernel
def _gather(n: int, wanted: int, kind: Rows, quotes: Floats, state: Floats, rows: Rows) -> int:
    count = 0
    for i in range(n):
        rows[count], state[0, count], state[1, count] = i, quotes[0, i], quotes[1, i]
        count += kind[i] == wanted
    return count


@kernel
def _split(n: int, state: Floats, rows: Rows, tiny: Floats, tiny_rows: Rows) -> int:
    """Move what starts below `_BELOW` to a state of its own, and close the ranks of the rest; return how many moved."""
    few = 0
    for i in range(n):
        is_tiny = state[2, i] < _BELOW
        _move(state, rows, i, tiny, tiny_rows, few)
        _move(state, rows, i, state, rows, i - few)
        few += is_tiny
    return few


@kernel
def _settle(formula: int, n: int, state: Floats, rows: Rows, spread: Floats) -> None:
    """Go round until every option of a state has converged; each one's result goes to its row of `spread`."""
    share, money, guess, low, high, improved = state[0], state[1], state[2], state[3], state[4], state[5]
    for count in range(_MAX_ROUNDS):
        if n == 0:
            return
        if formula == _TINY:
            tiny_round(n, share, money, guess, low, high, improved)
        elif formula == SMALL:
            small_round(n, share, money, guess, low, high, improved)
        else:
            large_round(n, share, money, guess, low, high, improved)
        if count == 0:  # one round is never enough
            guess[:n] = improved[:n]
            continue
        kept = 0
        for i in range(n):
            going = abs(improved[i] - guess[i]) > _LAST_STEP * improved[i]
            spread[rows[i]] = guess[i] = improved[i]
            _move(state, rows, i, state, rows, kept)
            kept += going
        n = kept


@inlined
def _move(source: Floats, rows: Rows, i: int, target: Floats, target_rows: Rows, j: int) -> None:
    target_rows[j] = rows[i]
    for field in range(5):
        target[field, j] = source[field, i]
