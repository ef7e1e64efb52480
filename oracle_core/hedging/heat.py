"""How hot a book is for those who wait for heat: the use of the nearest limit that trading can change."""

from typing import NamedTuple

from oracle_core.hedging.situation import Situation
from oracle_core.risk.heat import heat_index


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
    """The state limit of the persona that the book uses most; where its equity lies is no heat that trading cures."""
    used = heat_index(case.hold.measures, case.persona.state_limits()).used
    limit = max((name for name in used if name != "venue_share_pct_max"), key=lambda name: used[name])
    return Heat(100.0 * used[limit], limit)
