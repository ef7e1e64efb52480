"""Lines of the table of indicators about volatility: realised, forecast, implied, and the kind of market."""

from collections.abc import Iterator
from typing import Final

from oracle_core.reading.bars import HOUR_MS
from oracle_core.reading.choppiness import choppiness, efficiency, trend_score
from oracle_core.reading.coin import CoinReader
from oracle_core.reading.premium import Premium, realised_over_implied, risk_premium
from oracle_core.reading.reading import Absent, Reading
from oracle_core.reading.realised import Realised, jumps, range_volatility, realised_volatility
from oracle_core.reading.regime import BREAK, Labelled, regime, volatility_break

YEARLY: Final = "% a year"
WEEK: Final = 168.0


def volatility_rows(coin: CoinReader) -> Iterator[Reading]:
    """Realised volatility over three windows, its forecast, and what options imply for the horizon."""
    for days in (1, 7, 30):
        found = realised_volatility(coin.bars, 24.0 * days)
        yield _realised(coin, f"Realised volatility {days} d", found)
    yield _realised(coin, "Range volatility 30 d", range_volatility(coin.bars, 30))
    made, role = coin.forecast, "sizes bands, ranks"
    if isinstance(made, Absent):
        yield coin.line(f"Volatility forecast {coin.horizon}", role, made, YEARLY, "")
    else:
        source = made.source.removeprefix("forecast of realised volatility, ")
        yield coin.line(
            f"Volatility forecast {coin.horizon}", role, 100.0 * made.value, YEARLY, source, error=100.0 * made.error
        )
    implied = Absent("no implied volatility") if coin.implied is None else 100.0 * coin.implied.value
    source = "" if coin.implied is None else coin.implied.source
    yield coin.line(f"Implied volatility {coin.horizon}", "what options charge", implied, YEARLY, source)


def premium_rows(coin: CoinReader) -> Iterator[Reading]:
    """Realised over implied, and the signed volatility risk premium with its standard error."""
    week = realised_volatility(coin.bars, WEEK)
    ratio = realised_over_implied(week, coin.implied)
    yield coin.line("Realised / implied", "above 1 gamma earned", ratio, "", "realised of 7 d")
    found = risk_premium(coin.implied, coin.forecast)
    name, role = "Volatility risk premium", "hold, add or cut gamma"
    if isinstance(found, Premium):
        yield coin.line(
            name, role, 100.0 * found.value, "points", "implied − forecast", error=100.0 * found.error, flag=found.side
        )
    else:
        yield coin.line(name, role, found, "points", "")


def regime_rows(coin: CoinReader) -> Iterator[Reading]:
    """The regime, and whether the last hour has broken out of its month."""
    found = regime(coin.bars)
    name, role = "Regime", "which strategies fit"
    if isinstance(found, Labelled):
        source = f"14 d move {found.score:+.1f} sd, 7 d vol {found.ratio:.2f} of its baseline"
        flag = "reduce" if found.regime == "crash" else ""
        yield coin.line(name, role, None, "", source, word=found.regime.value, flag=flag)
    else:
        yield coin.line(name, role, found, "", "")
    ratio = volatility_break(coin.bars)
    broken = isinstance(ratio, float) and ratio >= BREAK
    yield coin.line(
        "Volatility break", "2 and more: reduce", ratio, "×", "last hour over 30 d", flag="reduce" if broken else ""
    )


def motion_rows(coin: CoinReader) -> Iterator[Reading]:
    """Whether moves come back, run on, or jump."""
    ratio = choppiness(coin.bars, WEEK, HOUR_MS)
    name, role = "Variance ratio", "below 1 moves revert"
    source = "8 h over 1 h returns, 7 d"
    if isinstance(ratio, Absent):
        yield coin.line(name, role, ratio, "", source)
    else:
        yield coin.line(name, role, ratio.value, "", source, error=ratio.error)
    yield coin.line("Efficiency ratio", "net over travelled", efficiency(coin.bars, WEEK, HOUR_MS), "", "7 d")
    yield coin.line("Trend score", "net move, deviations", trend_score(coin.bars, WEEK, HOUR_MS), "sd", "7 d")
    share = jumps(coin.bars, 24.0)
    shown = share if isinstance(share, Absent) else 100.0 * share
    yield coin.line("Jump share", "what no hedge follows", shown, "%", "of a day's variance, bipower")


def _realised(coin: CoinReader, name: str, found: Realised | Absent) -> Reading:
    role = "what the price did"
    if isinstance(found, Absent):
        return coin.line(name, role, found, YEARLY, "")
    return coin.line(name, role, 100.0 * found.value, YEARLY, found.described, error=100.0 * found.error)
