"""Counting the orders of a plan, and the share of it that fits into a number of orders."""

import math
from fractions import Fraction

from oracle_core.guardrails.case import Case


def order_count(case: Case) -> int:
    """Child orders over all legs; a leg that is not sliced is one."""
    return sum(max(1, len(leg.children)) for leg in case.legs)


def fit_orders(case: Case, room: float) -> float:
    """The largest share of a plan that, sliced into orders of the same size, needs at most `room` orders."""
    counts = [max(1, len(leg.children)) for leg in case.legs]
    shares = {Fraction(part, count) for count in counts for part in range(1, count + 1)}
    for share in sorted(shares, reverse=True):
        if sum(math.ceil(share * count) for count in counts) <= room:
            return float(share)
    return 0.0
