"""Lines of the table of indicators about the coin itself: price, volatility index, market gamma, calendar."""

from collections.abc import Iterator

from oracle_core.errors import MarketDataError
from oracle_core.pricing.inputs import coin_index
from oracle_core.reading.coin import CoinReader
from oracle_core.reading.events import CAUTION_HOURS, events_ahead
from oracle_core.reading.gamma_exposure import gamma_exposure
from oracle_core.reading.prices import LIMIT_PCT, cross_check
from oracle_core.reading.reading import Absent, Reading
from oracle_core.reading.volatility_index import IndexLevel, volatility_index


def price_rows(coin: CoinReader) -> Iterator[Reading]:
    """The index, and whether every source says the same."""
    try:
        index: float | Absent = coin_index(coin.market, coin.coin)
    except MarketDataError:
        index = Absent("no sound quote states a price")
    yield coin.line("Index price", "turns coins into USD", index, "USD", "quotes")
    found = cross_check(coin.market, coin.coin)
    name, role = "Price sources", f"apart by {LIMIT_PCT:g} %: distrust"
    if isinstance(found, Absent):
        yield coin.line(name, role, found, "%", "")
    else:
        source = f"{len(found.by_source)} sources" + (f"; off: {', '.join(found.outliers)}" if found.outliers else "")
        yield coin.line(name, role, found.spread_pct, "%", source, flag="" if found.agrees else "sources disagree")


def index_rows(coin: CoinReader) -> Iterator[Reading]:
    """The volatility index and how it moved."""
    found = volatility_index(coin.market, coin.coin)
    name, role = "Volatility index", "stands in for options"
    if isinstance(found, Absent):
        yield coin.line(name, role, found, "% a year", "")
        return
    yield coin.line(name, role, 100.0 * found.value, "% a year", _moved(found))


def gamma_rows(coin: CoinReader) -> Iterator[Reading]:
    """What dealers trade against a move, under the assumption said."""
    found = gamma_exposure(coin.market, coin.coin, coin.forwards)
    name, role = "Market gamma for 1 %", "above 0 damps moves"
    if isinstance(found, Absent):
        yield coin.line(name, role, found, "USD", "")
        return
    source = f"{found.assumption}; largest at {found.largest:,.10g}"
    yield coin.line(name, role, found.total, "USD", source)


def calendar_rows(coin: CoinReader) -> Iterator[Reading]:
    """The next event, if it is near enough for caution."""
    ahead = events_ahead(coin.market, coin.coin)
    role = "caution around it"
    if ahead:
        source = "; ".join(item.said for item in ahead)
        yield coin.line("Event", role, ahead[0].hours, "h", source, flag="event: caution")
    else:
        yield coin.line("Event", role, Absent(f"none within {CAUTION_HOURS:g} h in this market's calendar"), "h", "")


def _moved(found: IndexLevel) -> str:
    parts = ["market" if found.age_hours is None else f"{found.age_hours:.1f} h old"]
    for name, change in (("1 d", found.change_day), ("7 d", found.change_week)):
        if change is not None:
            parts.append(f"{name} {100.0 * change:+.1f}")
    if found.percentile is not None:
        parts.append(f"percentile {found.percentile:.0f} of a year")
    return ", ".join(parts)
