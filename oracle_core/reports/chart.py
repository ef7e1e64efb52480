"""One drawing: what each move of the price does to the book, before and after, at each factor of volatility."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from oracle_core.domain.exposure import Outlook, StressCell
from oracle_core.reports.figures import signed
from oracle_core.reports.plain import for_xml

_WIDTH, _HEIGHT, _TOP, _BOTTOM, _LEFT, _GAP = 900.0, 300.0, 58.0, 44.0, 82.0, 38.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One factor's plot: where it stands, and the scales of both axes."""

    left: float
    width: float
    moves: tuple[float, float]
    range: tuple[float, float]

    def x(self, move: float) -> float:
        """Of a spot move in per cent."""
        low, high = self.moves
        return self.left + self.width * (move - low) / (high - low)

    def y(self, pnl: float) -> float:
        """Of a P&L in USD."""
        low, high = self.range
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - pnl) / (high - low)


def stress_chart(before: Outlook, after: Outlook | None) -> str | None:
    """An SVG to stand in a page; styles come from the page. None where the grid has fewer than two moves."""
    factors = sorted({cell.vol_factor for cell in before.stress})
    moves = sorted({cell.spot_pct for cell in before.stress})
    if len(moves) < 2:
        return None
    cells = [*before.stress, *(() if after is None else after.stress)]
    ticks = nice_ticks(min(cell.pnl_usd for cell in cells), max(cell.pnl_usd for cell in cells))
    width = (_WIDTH - _LEFT - 16.0 - _GAP * (len(factors) - 1)) / len(factors)
    drawn: list[str] = []
    for number, factor in enumerate(factors):
        panel = Panel(
            left=_LEFT + number * (width + _GAP), width=width, moves=(moves[0], moves[-1]), range=(ticks[0], ticks[-1])
        )  # fmt: skip
        drawn += _frame(panel, factor, ticks, moves, first=number == 0)
        drawn += _line(panel, before.stress, factor, "before")
        drawn += [] if after is None else _line(panel, after.stress, factor, "after")
    title = "Stress P&L in USD by spot move, before and after the newest recommendation"
    return "\n".join([_open(title), *_legend(after is not None), *drawn, "</svg>"])


def nice_ticks(low: float, high: float) -> tuple[float, ...]:
    """Four to eight round values from below the lowest to above the highest, 0 among them.

    >>> nice_ticks(-5_200.0, 800.0)
    (-6000.0, -4000.0, -2000.0, 0.0, 2000.0)
    """
    low, high = min(low, 0.0), max(high, 0.0)
    rough = max(high - low, 1.0) / 4.0
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough)
    first, last = floor(low / step), -floor(-high / step)
    return tuple(step * number for number in range(first, max(last, first + 1) + 1))


def _open(title: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-labelledby="chart-title">'
        f'<title id="chart-title">{for_xml(title)}</title>'
    )


def _legend(compared: bool) -> list[str]:
    entries = [("before", "before: circles, dashed"), ("after", "after: squares, solid")][: 2 if compared else 1]
    drawn: list[str] = []
    for number, (name, text) in enumerate(entries):
        x = _LEFT + 190.0 * number
        drawn.append(f'<line class="{name}" x1="{x:g}" y1="14" x2="{x + 30:g}" y2="14"/>')
        drawn.append(_mark(x + 15.0, 14.0, name))
        drawn.append(f'<text x="{x + 38:g}" y="18">{text}</text>')
    return drawn


def _frame(
    panel: Panel, factor: float, ticks: Sequence[float], moves: Sequence[float], *, first: bool
) -> list[str]:  # fmt: skip
    right, bottom = panel.left + panel.width, _HEIGHT - _BOTTOM
    drawn = [f'<text class="head" x="{panel.left:.1f}" y="{_TOP - 14:g}">volatility × {factor:g}</text>']
    for tick in ticks:
        y, rule = panel.y(tick), "zero" if tick == 0.0 else "rule"
        drawn.append(f'<line class="{rule}" x1="{panel.left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>')
        if first:
            drawn.append(f'<text class="end" x="{panel.left - 8:.1f}" y="{y + 4:.1f}">{signed(tick, 0)}</text>')
    shown = [move for move in moves if abs(move) != 5.0]
    drawn += [
        f'<text class="mid" x="{panel.x(move):.1f}" y="{bottom + 18:.1f}">{signed(move, 0)}</text>' for move in shown
    ]
    drawn.append(f'<text class="mid" x="{panel.x(0.0):.1f}" y="{bottom + 36:.1f}">spot move, %</text>')
    return drawn


def _line(panel: Panel, cells: Sequence[StressCell], factor: float, name: str) -> list[str]:
    mine = sorted(cell for cell in cells if cell.vol_factor == factor)
    points = [(panel.x(cell.spot_pct), panel.y(cell.pnl_usd)) for cell in mine]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return [f'<polyline class="{name}" points="{path}"/>', *(_mark(x, y, name) for x, y in points)]


def _mark(x: float, y: float, name: str) -> str:
    if name == "before":
        return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>'
    return f'<rect class="{name}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
