"""How hot a book is: how much of the nearest state limit it uses."""

from typing import NamedTuple

from oracle_core.domain.limits import FLOORS, STATE_LIMITS
from oracle_core.hedging.situation import Situation


class Heat(NamedTuple):
    """Per cent of the nearest limit that is used (100 is at the limit), and which limit that is."""

    pct: float
    limit: str

    def short_of(self, wanted: float) -> str | None:
        """Why a family that waits for heat is not asked; None where the book is hot enough."""
        if self.pct >= wanted:
            return None
        return f"the book uses {self.pct:.3g} % of its nearest limit, {self.limit}: weighed from {wanted:g} % on"


def heat(case: Situation) -> Heat:
    """The state limit of the persona that the book uses most; equity's place on venues is no heat of the book.

    A ceiling is used by value over limit, a floor by limit over value.
    """
    limits = case.persona.state_limits()
    used: list[Heat] = []
    for name in STATE_LIMITS:
        value, bound = case.hold.measures.value(name), float(getattr(limits, name))
        if value is None or name == "venue_share_pct_max":
            continue
        top, under = (bound, value) if name in FLOORS else (value, bound)
        used.append(Heat(100.0 * top / under if under > 0.0 else 0.0 if top <= 0.0 else 1e9, name))
    return max(used, key=lambda item: item.pct)
