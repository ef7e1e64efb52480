"""The numbers of a persona as rows, each with its unit."""

from typing import NamedTuple

from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS
from oracle_core.playbook.persona import PREFERENCES, TRIPS, Persona


class Row(NamedTuple):
    """One number of a persona, for a table."""

    group: str
    name: str
    value: float | str
    unit: str


def limit_rows(persona: Persona) -> tuple[Row, ...]:
    """Every limit, trip and preference of a persona with its unit, in the order of the file."""
    groups = {"state limits": STATE_LIMITS, "flow limits": FLOW_LIMITS, "trips": TRIPS, "preferences": PREFERENCES}
    rows = [Row(group, name, persona.number(name), _unit(name)) for group, names in groups.items() for name in names]
    return (*rows, Row("preferences", "objective", persona.objective.value, ""))


def _unit(name: str) -> str:
    endings = {"bps_equity": "bp of equity", "pct_equity": "% of equity", "pct_of_limit": "% of the limit"}
    whole = {"gross_leverage": "×", "margin_use_pct": "% of each pool", "liquidation_distance_pct_min": "% of mark"}
    whole |= {"venue_share_pct_max": "% at one venue", "hedge_bias_pct_max": "% of a hedge"}
    whole |= {"trades_per_hour": "an hour", "stress_capital_rate_per_year": "a year"}
    return whole.get(name) or next((unit for ending, unit in endings.items() if name.endswith(ending)), "")
