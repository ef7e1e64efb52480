"""The compiled loop behind `black_core` for large batches."""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.elementary import HIGH, LOW, exponential, log_ratio, mills_above, mills_below
from oracle_core.maths.kernels.jit import kernel

_NO_SPREAD = 1e-100
_ALL_SPREAD = 1e3
_FAR = 200.0


@kernel
def black_core_loop(
    forward: Floats,
    strike: Floats,
    years: Floats,
    vol: Floats,
    sign: Floats,
    discount: Floats | None,
    price: Floats,
    delta: Floats,
    gamma: Floats,
    vega: Floats,
    theta: Floats,
) -> int:
    """Fill price, delta, gamma, vega and theta; return how many options lie outside the domain.

    Without a discount it is 1. One loop, without a branch and longer than elsewhere, because one pass over memory and
    shared subexpressions are the whole gain. d1 and d2 are those of the out-of-the-money option, in its own direction
    (`near`, `far`); min(F, K) n(near) = max(F, K) n(far) makes one exponential serve both.
    """
    outside = 0
    for i in range(forward.size):
        f, k, t, v, side = forward[i], strike[i], years[i], vol[i], sign[i]
        d = 1.0 if discount is None else discount[i]
        inside = (f >= LOW) & (f <= HIGH) & (k >= LOW) & (k <= HIGH) & (t >= 0.0) & (t <= HIGH)
        inside &= (v >= 0.0) & (v <= HIGH) & (abs(side) == 1.0) & (d >= LOW) & (d <= HIGH)
        outside += 0 if inside else 1
        root = np.sqrt(t)
        spread = min(max(v * root, _NO_SPREAD), _ALL_SPREAD)
        per_spread = 1.0 / spread
        steps = min(abs(log_ratio(f, k) * per_spread), _FAR)
        near, far = 0.5 * spread - steps, 0.5 * spread + steps
        low, per_both = min(f, k), 1.0 / (f * k)
        density = exponential(-0.5 * near * near) / 2.5066282746310002
        close = abs(near)
        mills_near = mills_above(close) / mills_below(close)
        mills_far = mills_above(far) / mills_below(far)
        beyond = density * mills_near
        chance_near = 1.0 - beyond if near > 0.0 else beyond
        chance_far = density * (low * low * per_both) * mills_far
        # Both differences are free of the cancellation in F N(d1) - K N(d2) where the option is worth little.
        share = 1.0 - density * (mills_near + mills_far) if near > 0.0 else density * (mills_near - mills_far)
        value = d * (max(side * (f - k), 0.0) + low * max(share, 0.0))
        above = f > k
        other = 1.0 if above else -1.0
        cash = d * low * density
        moving = cash if spread > _NO_SPREAD else 0.0
        per_forward = k * per_both
        rate = 0.0 if discount is None else (log_ratio(1.0, d) / max(t, _NO_SPREAD) if t > 0.0 else 0.0)
        price[i] = value
        delta[i] = d * ((-chance_far if above else chance_near) + 0.5 * (side + other))
        gamma[i] = moving * per_spread * per_forward * per_forward
        vega[i] = cash * root
        theta[i] = rate * value - 0.5 * moving * v * v * per_spread
    return outside
