"""Lines of the table of indicators about trading: funding, crowding, basis, liquidity."""

from collections.abc import Iterator

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.market import VenueStatus
from oracle_core.reading.basis import basis
from oracle_core.reading.coin import CoinReader
from oracle_core.reading.crowding import coin_crowding
from oracle_core.reading.funding import Funding, funding
from oracle_core.reading.liquidity import Depth, Liquidity, liquidity
from oracle_core.reading.reading import Absent, Reading


def funding_rows(coin: CoinReader) -> Iterator[Reading]:
    """Each perpetual's rate by the year, where it is heading, and how unusual it is."""
    role = "above 0 longs pay"
    for listed in coin.of(Kind.PERPETUAL):
        found, name = funding(coin.market, listed.id, coin.hours), f"Funding, {listed.venue}"
        if isinstance(found, Absent):
            yield coin.line(name, role, found, "% a year", "")
            continue
        source = f"{listed.symbol}, every {found.interval_hours:g} h; compounded {100.0 * found.compounded:.2f}"
        yield coin.line(name, role, 100.0 * found.simple, "% a year", source, flag=found.flag)
        expected = f"{listed.symbol}, over {coin.horizon}; {_past(found)}"
        yield coin.line(
            f"· expected, {listed.venue}", "carry to the horizon", 100 * found.expected, "% a year", expected
        )
        rank = f"{listed.symbol}, of {found.settled} within 90 d"
        yield coin.line(f"· percentile, {listed.venue}", "beyond 5, 95 unusual", found.percentile, "", rank)


def _past(found: Funding) -> str:
    return f"{found.flips} flips in 7 d" if found.settled else "no settled rate: it fades to 0"


def crowding_rows(coin: CoinReader) -> Iterator[Reading]:
    """Which side is crowded, if one is."""
    crowd = coin_crowding(coin.market, coin.of(Kind.PERPETUAL, Kind.FUTURE), coin.hours)
    name, role = "Crowding", "who may have to leave"
    if isinstance(crowd, Absent):
        yield coin.line(name, role, crowd, "", "")
        return
    word = {1: "longs", -1: "shorts", 0: "none"}[crowd.side]
    source = "; ".join(crowd.reasons) or "no extreme rate or basis"
    yield coin.line(name, role, None, "", source, word=word, flag="one-sided" if crowd.side else "")


def basis_rows(coin: CoinReader) -> Iterator[Reading]:
    """How far each perpetual, spot market and future stands from the index."""
    for listed in coin.of(Kind.PERPETUAL, Kind.SPOT, Kind.FUTURE):
        found, name = basis(coin.market, listed.id), f"Basis, {listed.venue}"
        role = "hedge over index"
        if isinstance(found, Absent):
            yield coin.line(name, role, found, "bp", "")
        elif found.annual is None:
            yield coin.line(name, role, found.bps, "bp", listed.symbol, flag=found.flag)
        else:
            source = f"{listed.symbol}, {found.days:.0f} d, {found.bps:+.1f} bp"
            yield coin.line(name, "carry to expiry", 100.0 * found.annual, "% a year", source, flag=found.flag)


def liquidity_rows(coin: CoinReader) -> Iterator[Reading]:
    """What each perpetual and spot market lets through, and at what cost."""
    for listed in coin.of(Kind.PERPETUAL, Kind.SPOT):
        found = liquidity(coin.market, listed.id)
        if isinstance(found, Absent):
            yield coin.line(f"Spread, {listed.venue}", "cost of crossing", found, "bp", "")
        else:
            yield from _liquid(coin, listed, found)


def _liquid(coin: CoinReader, listed: Instrument, found: Liquidity) -> Iterator[Reading]:
    status = coin.market.status(listed.venue)
    closed = "" if status is VenueStatus.OK else f"venue {status.value}"
    venue, symbol = listed.venue, listed.symbol
    yield coin.line(f"Spread, {venue}", "cost of crossing", found.spread_bps, "bp", symbol, flag=closed)
    for name, depth in (("10 bp", found.near), ("50 bp", found.far)):
        yield _depth(coin, f"· depth in {name}", symbol, depth)
    yield coin.line("· cost of 100,000 USD", "fee, spread, slippage", found.cost_bps, "bp", symbol)
    yield coin.line("· volume of a day", "what can be traded", found.volume_usd, "USD", symbol)
    yield coin.line("· open interest", "what may leave", found.interest_usd, "USD", symbol)
    yield coin.line("· time for 100,000 USD", "at 1/10 of volume", found.minutes, "min", symbol)


def _depth(coin: CoinReader, name: str, symbol: str, depth: Depth | Absent) -> Reading:
    role = "what a level takes"
    if isinstance(depth, Absent):
        return coin.line(name, role, depth, "USD", "")
    source = symbol + ("" if depth.reached else ", all that is shown")
    return coin.line(name, role, depth.usd, "USD", source)
