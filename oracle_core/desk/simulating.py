"""The desk's own decision over a history: candles in, a run with its picture and its steps out."""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import trade
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import SimulateRequest
from oracle_core.desk.sources import bundled_path
from oracle_core.domain.canonical import to_json
from oracle_core.domain.hedge import Leg
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.errors import InputError, fault
from oracle_core.simulation.bars import Bars
from oracle_core.simulation.document import document, step_table
from oracle_core.simulation.picture import Format, picture
from oracle_core.simulation.scenario import Funding, Scenario, Structure, TradingCosts
from oracle_core.simulation.shortfall import Pace, pace, shortfall
from oracle_core.simulation.simulate import Progress, simulate
from oracle_core.strict_json import is_object
from oracle_core.venues.candle_file import CandleSeries, read_candles, read_funding

EXAMPLE_CANDLES = "eth-month.candles.csv"


def run_simulation(desk: Desk, request: SimulateRequest) -> Document:
    """`oracle.simulation/1`: a straddle hedged with a perpetual, decided at every check as the desk would decide."""
    kind = None if request.picture is None else _picture_kind(request.picture)
    expected = None if request.against is None else _expected(request.against)
    path = request.candles or bundled_path(EXAMPLE_CANDLES)
    bars = _bars(read_candles(path))
    found = desk.persona(request.persona)
    strategy, told = desk.strategy(request.strategy, found.value)
    bench = desk.fresh_bench(found.value)

    def decide(portfolio: Portfolio, market: MarketSnapshot) -> Sequence[Leg]:
        return trade(Brief(portfolio=portfolio, market=market, strategy=strategy, persona=found.value, bench=bench))

    result = simulate(_scenario(request, bars), bars, decide, _progress())
    written: list[str] = []
    if request.picture is not None and kind is not None:
        written.append(str(write_file(request.picture, picture(result, kind))))
    if request.steps is not None:
        written.append(str(write_file(request.steps, step_table(result).encode())))
    warnings = [] if request.candles else [f"no --candles: using the bundled example `{EXAMPLE_CANDLES}`"]
    shown = document(result)
    noted = [str(text) for text in result.warnings]
    gap = {} if expected is None else {"shortfall": to_json(shortfall(expected, pace(shown)))}
    return {
        **shown, **gap, "strategy": strategy.name, "persona": found.value.name, "written": written,
        "warnings": [*warnings, *found.warnings, *told, *noted],
    }  # fmt: skip


def _expected(path: Path) -> Pace:
    """What an earlier run earned a day.

    Raises: InputError: the file is no result of `oracle simulate --format json`.
    """
    try:
        tree: object = json.loads(path.read_bytes())
        if not is_object(tree):
            raise ValueError("not a JSON object")
        return pace(tree)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            [fault("--against", "", str(path), f"a result of `simulate --format json`: {error}")]
        ) from error


def _scenario(request: SimulateRequest, bars: Bars) -> Scenario:
    history: tuple[tuple[int, float], ...] = ()
    interval = timedelta(hours=8)
    if request.funding is not None:
        rates = read_funding(request.funding)
        history = tuple(zip(rates.times.tolist(), rates.rates.tolist(), strict=True))
        interval = rates.step
    first = float(bars.close[0])
    return Scenario(
        coin=request.coin, structure=Structure(f"{request.structure}_straddle"), contracts=request.contracts,
        days_to_expiry=request.days, implied_vol=request.vol / 100.0, equity_usd=request.equity_usd,
        strike_grid=_strike_grid(first), check_minutes=request.check_minutes,
        costs=TradingCosts(taker_fee=request.fee, half_spread_bps=request.half_spread_bps),
        funding=Funding(history=history, interval_hours=interval.total_seconds() / 3_600.0),
        perpetual_step=Decimal("0.001"),
    )  # fmt: skip


def _strike_grid(price: float) -> float:
    """About a hundredth of the price, as a venue would space its strikes.

    >>> _strike_grid(61_234.0), _strike_grid(1_900.0), _strike_grid(140.0)
    (500.0, 10.0, 1.0)
    """
    power = 10.0 ** (len(str(int(price))) - 1)
    return max((step for step in (power / 100.0, power / 20.0, power / 10.0) if step <= price / 90.0), default=0.01)


def _bars(series: CandleSeries) -> Bars:
    return Bars(
        start_ms=series.times, open=series.open, high=series.high, low=series.low, close=series.close,
        volume=series.volume,
    )  # fmt: skip


def _picture_kind(path: Path) -> Format:
    kinds: dict[str, Format] = {".png": "png", ".svg": "svg"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise InputError([fault("--picture", "", str(path), "a file that ends in `.png` or `.svg`")])
    return kind


def _progress() -> Progress | None:
    """A line on the terminal that grows; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if done == total or done % max(total // 50, 1) == 0:
            end = "\n" if done == total else ""
            sys.stderr.write(f"\rchecks {done:,} of {total:,} ({100 * done // total} %){end}")
            sys.stderr.flush()

    return show
