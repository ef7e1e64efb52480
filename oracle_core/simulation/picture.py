"""One picture of a run: price and hedges, equity, net delta, and what it has cost."""
# The drawing library leaves its keyword arguments untyped, and every call here has some.
# pyright: reportUnknownMemberType=false

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from oracle_core.simulation.bars import Floats, Times, at
from oracle_core.simulation.result import Result
from oracle_core.simulation.scenario import Structure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

Format = Literal["png", "svg"]

_POINTS: Final = 2_000
_INK, _QUIET, _GRID = "#1f2933", "#52606d", "#e4e7eb"
_BLUE, _ORANGE, _GREEN, _GREY = "#1b5fa8", "#c4501b", "#2f7d4f", "#8a94a0"
_RULES: "dict[RcKeyType, object]" = {
    "svg.hashsalt": "oracle-core", "font.family": ["DejaVu Sans"], "font.size": 9.0, "axes.edgecolor": _GRID,
    "axes.labelcolor": _QUIET, "xtick.color": _QUIET, "ytick.color": _QUIET, "text.color": _INK, "axes.grid": True,
    "grid.color": _GRID, "grid.linewidth": 0.6, "axes.axisbelow": True, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "legend.fontsize": 8.0, "xtick.major.size": 0.0,
    "ytick.major.size": 0.0, "lines.linewidth": 1.3, "timezone": "UTC", "axes.unicode_minus": True,
}  # fmt: skip


def picture(result: Result, kind: Format) -> bytes:
    """The run as a PNG or an SVG; the same run gives the same bytes."""
    with _rules():
        out = BytesIO()
        stamp: dict[str, str | None] = {"Date": None} if kind == "svg" else {"Software": None}
        _draw(result).savefig(out, format=kind, dpi=110, metadata=stamp)
    return out.getvalue()


@contextmanager
def _rules() -> Generator[None]:
    # Imported here: drawing is the only thing that needs it, and it is slow to load.
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()  # whatever the user's own settings are, the picture is the same
        mpl.rcParams.update(_RULES)
        yield


def _draw(result: Result) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(10.0, 10.4))
    figure.subplots_adjust(left=0.085, right=0.975, top=0.915, bottom=0.085, hspace=0.2)
    panels: list[Axes] = list(figure.subplots(4, 1, sharex=True, height_ratios=[3.0, 3.0, 1.8, 1.8]))
    for panel, draw in zip(panels, (_price, _equity, _delta, _costs), strict=True):
        draw(panel, result)
        for expiry in result.expiries_ms:
            panel.axvline(_times(np.array([expiry]))[0], color=_GREY, linewidth=0.8, linestyle=":")
        panel.margins(x=0.01)
    figure.text(0.085, 0.968, _headline(result), fontsize=13.0, fontweight="bold")
    figure.text(0.085, 0.945, _outcome(result), fontsize=9.5, color=_QUIET)
    figure.text(0.085, 0.02, _foot(result), fontsize=8.0, color=_QUIET, linespacing=1.5)
    _time_axis(panels[-1])
    return figure


def _price(panel: "Axes", result: Result) -> None:
    shown = _thinned(len(result.curve.price))
    panel.plot(_times(result.curve.time_ms[shown]), result.curve.price[shown], color=_GREY, linewidth=0.9)
    traded = np.array([step.traded for step in result.steps])
    times, price = _step_times(result), _column(result, "price")
    largest = float(np.max(np.abs(traded))) or 1.0
    for side, name, mark, colour in ((1.0, "buys", "^", _GREEN), (-1.0, "sells", "v", _ORANGE)):
        rows = traded * side > 0.0
        size = 12.0 + 60.0 * np.abs(traded[rows]) / largest
        label = f"{name} the perpetual ({int(rows.sum()):,})"
        panel.scatter(
            times[rows],
            price[rows],
            s=size,
            marker=mark,
            color=colour,
            alpha=0.85,
            linewidths=0.0,
            zorder=3,
            label=label,
        )
    _finish(panel, f"{result.scenario.coin} price, USD (dotted: a straddle expires)")


def _equity(panel: "Axes", result: Result) -> None:
    shown = _thinned(len(result.curve.price))
    times = _times(result.curve.time_ms[shown])
    panel.axhline(0.0, color=_GREY, linewidth=0.8)
    start = result.curve.start
    panel.plot(
        times,
        result.curve.unhedged[shown] - start,
        color=_GREY,
        linestyle=(0, (4, 2)),
        linewidth=1.0,
        label="straddle alone",
    )
    panel.plot(times, result.curve.equity[shown] - start, color=_BLUE, label="with the hedge, after all costs")
    _finish(panel, "P&L since the start, USD")


def _delta(panel: "Axes", result: Result) -> None:
    times = _step_times(result)
    panel.axhline(0.0, color=_GREY, linewidth=0.8)
    before, after = _column(result, "delta_before"), _column(result, "delta_after")
    panel.plot(times, before, color=_GREY, linewidth=0.8, label="before each check")
    panel.step(times, after, where="post", color=_BLUE, linewidth=1.1, label="after")
    _finish(panel, f"Net delta, {result.scenario.coin}")


def _costs(panel: "Axes", result: Result) -> None:
    times, below = _step_times(result), np.zeros(len(result.steps))
    parts = (("fees", _BLUE, ""), ("spread", _ORANGE, "///"), ("slippage", _GREEN, "..."))
    for name, colour, hatch in parts:
        paid = _column(result, name)
        if paid[-1] == 0.0:
            continue
        top = below + paid
        panel.fill_between(times, below, top, step="post", facecolor=colour, alpha=0.35, hatch=hatch, edgecolor=colour,
                           linewidth=0.0, label=f"{name} {paid[-1]:,.0f}")  # fmt: skip
        below = top
    funding = _column(result, "funding")
    if funding.any():
        word = "received" if funding[-1] >= 0.0 else "paid"
        panel.plot(times, -funding, color=_INK, label=f"funding {word} {abs(funding[-1]):,.0f}")
    _finish(panel, "Paid so far, USD")


def _finish(panel: "Axes", title: str) -> None:
    panel.set_title(title, loc="left", fontsize=9.5, color=_INK)
    largest = max(abs(bound) for bound in panel.get_ylim())
    digits = 0 if largest >= 100.0 else 2
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:,.{digits}f}".replace("-", "−"))
    handles, _ = panel.get_legend_handles_labels()
    if handles:
        panel.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=4, borderaxespad=0.0, handlelength=1.8)


def _time_axis(panel: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415

    locator = AutoDateLocator(tz="UTC", maxticks=10)
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz="UTC", show_offset=False))


def _headline(result: Result) -> str:
    scenario = result.scenario
    side = "Long" if scenario.structure is Structure.LONG else "Short"
    return f"{side} {scenario.contracts:g} {scenario.coin} straddles hedged with the perpetual (simulated)"


def _outcome(result: Result) -> str:
    split, metrics = result.split, result.metrics
    costs = split.fees + split.spread + split.slippage
    return (
        f"Total {_signed(split.total)} USD = options {_signed(split.options)}, perpetual {_signed(split.perpetual)}, "
        f"costs {_signed(costs)}, funding {_signed(split.funding)}.  Deepest fall {metrics.max_drawdown:,.0f}."
    )


def _foot(result: Result) -> str:
    metrics, times = result.metrics, result.curve.time_ms
    start, end = at(int(times[0])), at(int(times[-1]))
    flattering = sum(item.favours_strategy for item in result.assumptions)
    return (
        f"{start:%Y-%m-%d} to {end:%Y-%m-%d} UTC.  Realised volatility at the checks {metrics.realised_vol:.1%}, "
        f"implied {metrics.implied_vol:.1%}.  {metrics.trades:,} trades, turnover {metrics.turnover:,.0f} USD.\n"
        f"Simulated, not financial advice.  {flattering} of {len(result.assumptions)} assumptions flatter the result.  "
        f"Run {result.hash[:12]}."
    )


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−")


def _thinned(count: int) -> NDArray[np.intp]:
    """Rows enough for the eye, the last among them."""
    return np.unique(np.append(np.arange(0, count, max(count // _POINTS, 1)), count - 1)).astype(np.intp)


def _times(time_ms: Times) -> NDArray[np.datetime64]:
    return time_ms.astype("datetime64[ms]")


def _step_times(result: Result) -> NDArray[np.datetime64]:
    return _times(np.array([step.time_ms for step in result.steps], dtype=np.int64))


def _column(result: Result, name: str) -> Floats:
    return np.array([getattr(step, name) for step in result.steps], dtype=np.float64)
