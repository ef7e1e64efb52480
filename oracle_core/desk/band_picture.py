"""One picture of hedging in steps: how bands move with volatility and cost, and where hedging oftener stops paying."""
# The drawing library leaves its keyword arguments untyped, and every call here has some.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from oracle_core.desk.picture_style import BLUE, GREEN, GREY, ORANGE, QUIET, desk_style, finish, png
from oracle_core.maths.band_width import band_widths
from oracle_core.maths.hedge_frequency import hedging_cost, useful_frequency

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DAYS, _HOURS = 365.0, 8_760.0
_TIMES: Final = ((0.5, ":"), (1.0, "-"), (2.0, "--"))
_INTERVALS: Final = {1.0 / 60.0: "1 min", 0.25: "15 min", 1.0: "1 h", 4.0: "4 h", 24.0: "1 d", 168.0: "1 w"}


class Hedged(Protocol):
    """What a row of panels shows. vol, cost: fractions; aversion per USD; latency in years."""

    @property
    def coin(self) -> str: ...
    @property
    def forward(self) -> float: ...
    @property
    def years(self) -> float: ...
    @property
    def vol(self) -> float: ...
    @property
    def contracts(self) -> float: ...
    @property
    def cost(self) -> float: ...
    @property
    def aversion(self) -> float: ...
    @property
    def latency(self) -> float: ...


def band_picture(cases: Sequence[Hedged], as_of: datetime) -> bytes:
    """A PNG with two panels for each coin; the same cases give the same bytes."""
    with desk_style():
        return png(_draw(cases, as_of))


def _draw(cases: Sequence[Hedged], as_of: datetime) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415

    height = 1.4 + 4.3 * len(cases)
    figure = Figure(figsize=(12.0, height))
    figure.subplots_adjust(
        left=0.07, right=0.985, top=1.0 - 1.25 / height, bottom=0.85 / height, wspace=0.2, hspace=0.55
    )
    rows = figure.subplots(len(cases), 2, squeeze=False)
    for number, case in enumerate(cases):
        _widths(rows[number][0], case)
        _frequency(rows[number][1], case)
    figure.text(0.07, 1.0 - 0.36 / height, "How far and how often to hedge", fontsize=13.0, fontweight="bold")
    foot = (
        f"{as_of:%Y-%m-%d %H:%M} UTC.  At-the-money straddles, linear, interest rate 0 %.  Half-widths are Whalley and "
        "Wilmott's and Zakamouline's; the curves at equal intervals, gamma held."
    )
    figure.text(0.07, 0.16 / height, foot, fontsize=8.0, color=QUIET)
    return figure


def _widths(panel: "Axes", case: Hedged) -> None:
    vols = np.linspace(0.15, max(1.5, 1.4 * case.vol), 120)
    for times, style in _TIMES:
        found = band_widths(
            case.forward, case.forward, case.years, vols, options=2.0 * case.contracts, cost=times * case.cost,
            risk_aversion=case.aversion,
        )  # fmt: skip
        at = f"{1e4 * times * case.cost:.3g} bp"
        panel.plot(100.0 * vols, found.whalley_wilmott, color=BLUE, linestyle=style, label=f"Whalley–Wilmott, {at}")
        panel.plot(100.0 * vols, found.zakamouline, color=ORANGE, linestyle=style, label=f"Zakamouline, {at}")
    panel.axvline(100.0 * case.vol, color=GREY, linewidth=0.8, linestyle=":")
    panel.set_ylim(bottom=0.0)
    panel.set_xlabel("volatility, % (dotted line: now)")
    days = _DAYS * case.years
    finish(panel, f"{case.coin} half-width in coins, {case.contracts:g} straddles of {days:g} days", columns=3)


def _frequency(panel: "Axes", case: Hedged) -> None:
    now = band_widths(
        case.forward, case.forward, case.years, case.vol, options=2.0 * case.contracts, cost=case.cost,
        risk_aversion=case.aversion,
    )  # fmt: skip
    asked = {"cost": case.cost, "risk_aversion": case.aversion}
    best = useful_frequency(case.forward, now.gamma, case.vol, latency=case.latency, **asked)
    middle = float(best.interval) * _HOURS
    hours = np.geomspace(middle / 60.0, middle * 12.0, 200)
    cost, risk = hedging_cost(case.forward, now.gamma, case.vol, hours / _HOURS, **asked)
    for values, colour, label in (
        (cost, ORANGE, "trading"), (risk, BLUE, "risk left"), (cost + risk, GREEN, "both"),
    ):  # fmt: skip
        panel.plot(hours, values / _DAYS, color=colour, label=label)
    panel.axvline(middle, color=GREY, linewidth=0.8, linestyle=":", label="most useful")
    panel.set_xscale("log")
    panel.set_ylim(0.0, 4.0 * float((best.cost + best.risk) / _DAYS))
    shown = [at for at in _INTERVALS if hours[0] <= at <= hours[-1]]
    panel.set_xticks(shown, [_INTERVALS[at] for at in shown])
    panel.minorticks_off()
    panel.set_xlabel("time between hedges")
    finish(panel, f"{case.coin} USD a day at equal intervals", columns=4)
