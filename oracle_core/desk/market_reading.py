"""Reading a market: the table of indicators, and the screen of coins and contracts."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import BookRequest, IndicatorsRequest, ReadRequest, ScreenRequest
from oracle_core.desk.sources import read_sources
from oracle_core.domain.canonical import to_json
from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import Candles, MarketSnapshot
from oracle_core.errors import Fault, InputError, fault
from oracle_core.pricing.forwards import Forwards
from oracle_core.reading.gamma_exposure import ASSUMPTION, GammaExposure, gamma_exposure
from oracle_core.reading.indicators import WEEK_HOURS, greeks, indicators
from oracle_core.reading.screen import METHOD, screen
from oracle_core.risk.bleed import break_evens
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.view import view_book
from oracle_core.venues.candle_file import read_candles, read_volatility_index

_MILLISECOND: Final = 1000.0


def show_indicators(desk: Desk, request: IndicatorsRequest) -> Document:
    """`oracle.indicators/1`: every reading with its role, unit and source; with a book its Greeks and break-even.

    Raises: InputError: the market, the book or a history is no good.
    """
    if request.book is None:
        market, warnings = _market(desk, request)
        found, even, strikes = indicators(market), [], market
    else:
        sources = desk.sources(BookRequest.model_validate(request.model_dump(include=set(BookRequest.model_fields))))
        market, warnings = _with_histories(sources.market, request), sources.warnings
        view = view_book(sources.portfolio, market)
        found = (*indicators(market, view.coins), *greeks(held_exposures(view)))
        even = [to_json(item) for item in break_evens(view)]
        strikes = market
    return {
        "schema": "oracle.indicators/1",
        "as_of": to_json(market.as_of),
        "horizon_hours": WEEK_HOURS,
        "rows": [to_json(row) for row in found],
        "break_even": even,
        "market_gamma": _market_gamma(strikes),
        "warnings": list(warnings),
    }


def show_screen(desk: Desk, request: ScreenRequest) -> Document:
    """`oracle.screen/1`: coins, or contracts, from the best total score down, with what each score was made from."""
    market, warnings = _market(desk, request)
    found = screen(market, contracts=request.contracts, order_usd=request.order)
    return {
        "schema": "oracle.screen/1",
        "as_of": to_json(market.as_of),
        "order_usd": request.order,
        "by": "contract" if request.contracts else "coin",
        "method": METHOD,
        "rows": [to_json(row) for row in found],
        "warnings": list(warnings),
    }


def _market_gamma(market: MarketSnapshot) -> Document:
    forwards = Forwards(market)
    made = {coin: gamma_exposure(market, coin, forwards) for coin in market.coins}
    coins = {
        coin: {
            "by_strike": {f"{strike:.10g}": usd for strike, usd in found.by_strike.items()},
            "total_usd_1pct": found.total, "gross_usd_1pct": found.gross, "calls": found.calls, "puts": found.puts,
            "left_out": found.left_out,
        }
        for coin, found in made.items()
        if isinstance(found, GammaExposure)
    }  # fmt: skip
    return {"assumption": ASSUMPTION, "coins": to_json(coins)}


def _market(desk: Desk, request: ReadRequest) -> tuple[MarketSnapshot, tuple[str, ...]]:
    found = read_sources(BookRequest(market=request.market), None)
    told = tuple(warning for warning in found.warnings if "--book" not in warning)
    return _with_histories(found.market.admit(desk.rules.quote_max_age), request), told


def _with_histories(market: MarketSnapshot, request: ReadRequest) -> MarketSnapshot:
    """The market with the candles and volatility indices of the files named; what had not closed is left out.

    Raises: InputError: a file is no good, or names no coin of the market.
    """
    faults: list[Fault] = []
    candles, levels = dict(market.candles), dict(market.volatility_history)
    for option, given in (("--candles", request.candles), ("--dvol", request.dvol)):
        for text in given:
            try:
                coin, path = _named(market, option, text)
                if option == "--candles":
                    candles[_instrument(market, coin)] = _closed(market, path)
                else:
                    levels[coin] = read_volatility_index(path)
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return replace(market, candles=candles, volatility_history=levels)


def _named(market: MarketSnapshot, option: str, text: str) -> tuple[str, Path]:
    coin, mark, path = text.partition("=")
    if mark and coin in market.coins:
        return coin, Path(path)
    if not mark and len(market.coins) == 1:
        return market.coins[0], Path(text)
    wanted = f"COIN=FILE with a coin of the market: {', '.join(market.coins)}"
    raise InputError([fault(option, "", text, wanted)])


def _instrument(market: MarketSnapshot, coin: str) -> InstrumentId:
    """What a coin's candles stand for: its first perpetual, else spot, else future.

    Raises: InputError: it has none.
    """
    for kind in (Kind.PERPETUAL, Kind.SPOT, Kind.FUTURE):
        for key, listed in sorted(market.instruments.items()):
            if listed.base == coin and listed.kind is kind:
                return key
    raise InputError([fault("--candles", "", coin, "a coin with a perpetual, spot market or future")])


def _closed(market: MarketSnapshot, path: Path) -> Candles:
    series = read_candles(path)
    step = int(series.step.total_seconds() * _MILLISECOND)
    kept = series.times + step <= market.as_of.timestamp() * _MILLISECOND
    columns = (series.times, series.open, series.high, series.low, series.close, series.volume)
    rows = zip(*(column[kept].tolist() for column in columns), strict=True)
    bars = tuple((float(a), b, c, d, e, f) for a, b, c, d, e, f in rows)
    return Candles(timeframe=f"{max(step // 60_000, 1)}m", rows=bars)
