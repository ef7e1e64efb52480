"""Where a curve first falls to zero, looking outward from where it stands."""

import numpy as np

from oracle_core.pricing.contracts import Floats

_HALVINGS = 48
_NOISE = 1e-9
"""What rounding makes of a curve that is flat."""


def nearest_zero(moves: Floats, left: Floats, *, straight: bool) -> float | None:
    """The relative move nearest to 0 at which `left` is down to 0, on either side; None where it never is.

    moves, left: shape (m,), ascending, m >= 2, with 0 among the moves and `left` above 0 there. Between two moves the
    curve is a line (`straight`, exact where it is one) or the cubic through its four neighbours; beyond the last
    it goes on as it ended; no price falls by 100 %. A kink beside the zero of a cubic costs a few hundredths of 1 %.

    >>> moves = np.array([-0.5, 0.0, 1.0])
    >>> nearest_zero(moves, np.array([-25.0, 25.0, 125.0]), straight=True)
    -0.25
    """
    here = int(np.argmin(np.abs(moves)))
    gone = left <= 0.0
    sides: list[float] = []
    above = np.flatnonzero(gone[here:])
    if above.size:
        sides.append(_between(moves, left, here + int(above[0]) - 1, straight=straight))
    elif left[-2] - left[-1] > _NOISE * left[-1]:
        sides.append(float(moves[-1] + left[-1] * (moves[-1] - moves[-2]) / (left[-2] - left[-1])))
    below = np.flatnonzero(gone[:here])
    if below.size:
        sides.append(_between(moves, left, int(below[-1]), straight=straight))
    return min(sides, key=abs, default=None)


def _between(moves: Floats, left: Floats, low: int, *, straight: bool) -> float:
    """The zero between `low` and the next move."""
    start, end = float(moves[low]), float(moves[low + 1])
    first, last = float(left[low]), float(left[low + 1])
    if straight:
        return start + (end - start) * first / (first - last)
    at = max(0, min(low - 1, len(moves) - 4))
    x = [float(move) for move in moves[at : at + 4]]
    parts = [float(value) for value in left[at : at + 4]]
    for order in range(1, len(x)):
        for place in range(len(x) - 1, order - 1, -1):
            parts[place] = (parts[place] - parts[place - 1]) / (x[place] - x[place - order])
    outward = [*zip(reversed(parts), reversed(x), strict=True)]
    for _ in range(_HALVINGS):
        middle = 0.5 * (start + end)
        value = 0.0
        for part, move in outward:
            value = value * (middle - move) + part
        start, end = (middle, end) if (value > 0.0) == (first > 0.0) else (start, middle)
    return 0.5 * (start + end)
