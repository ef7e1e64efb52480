"""The settlement window: for its last half hour an option pays on an average that is already partly fixed."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WINDOW_YEARS: Final = 0.5 / 8_760.0
"""Thirty minutes, 07:30 to 08:00 UTC on the day of expiry."""


class Window(NamedTuple):
    """What is left of an option's average. Shape of both: that of the lives given.

    moving: the share of the average still to come, 1 before the window: a move of the price moves the average by it.
    years: the time whose variance the average still has: the life itself before the window.
    """

    moving: Floats
    years: Floats


def settlement_window(years: Floats) -> Window:
    """The window as seen with `years` to expiry (ACT/365F, >= 0).

    With the share a of the window gone, delta is (1 - a) of what it was, the variance left sigma^2 T_w (1 - a)^3 / 3:
    the average of a Brownian path over the rest, weighted by the rest. What is fixed is taken to be at the forward.
    Source: average-rate options at expiry, Deribit's settlement on the 30-minute average of its index.

    >>> settlement_window(np.array([15.0 / 525_600.0])).moving.tolist()
    [0.5]
    """
    moving = np.minimum(years / WINDOW_YEARS, 1.0)
    return Window(moving, np.where(moving < 1.0, WINDOW_YEARS * moving**3 / 3.0, years))
