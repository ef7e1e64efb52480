"""What options charge above the volatility expected: the one signed definition, implied less forecast."""

from typing import NamedTuple

from oracle_core.reading.forecast import Forecast
from oracle_core.reading.implied import Volatility
from oracle_core.reading.reading import Absent
from oracle_core.reading.realised import Realised


class Premium(NamedTuple):
    """value = implied - forecast, annualised fractions: above 0 options are dear, and their sellers are paid.

    error: one standard error, that of the forecast.
    """

    value: float
    error: float
    implied: Volatility
    forecast: Forecast

    @property
    def side(self) -> str:
        """Whom the premium speaks for, when it is more than one standard error from 0."""
        if abs(self.value) <= self.error:
            return ""
        return "options dear: pays sellers" if self.value > 0.0 else "options cheap: pays buyers"


def risk_premium(implied: Volatility | None, forecast: Forecast | Absent) -> Premium | Absent:
    """The signed volatility risk premium for one horizon."""
    if implied is None:
        return Absent("no implied volatility")
    if isinstance(forecast, Absent):
        return forecast
    return Premium(implied.value - forecast.value, forecast.error, implied, forecast)


def realised_over_implied(realised: Realised | Absent, implied: Volatility | None) -> float | Absent:
    """Realised over implied volatility: above 1, gamma has earned more than its theta."""
    if implied is None:
        return Absent("no implied volatility")
    return realised if isinstance(realised, Absent) else realised.value / implied.value
