"""One picture of a volatility surface: smiles with their bid and ask, term structure, risk reversal and butterfly."""
# The drawing library leaves its keyword arguments untyped, and every call here has some.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from oracle_core.desk.picture_style import BLUE, GREEN, GREY, ORANGE, QUIET, desk_style, finish, png
from oracle_core.pricing.surface import Floats, Surface
from oracle_core.pricing.term_structure import TermPoint, term_structure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_SMILES: Final = 6
# N(-1.2816) is 10 %, and so on; a smile is drawn to the 1 % delta at most.
_DELTAS: Final = {0.6745: "25Δ", 1.2816: "10Δ", 1.6449: "5Δ", 2.3263: "1Δ"}
_FARTHEST: Final = 2.3263
# From near to far, told apart also without colour by their order at the wings.
_SMILES: Final = ("#b3261e", "#d9822b", "#b59b00", "#2f7d4f", "#1b5fa8", "#5b3a8c")


def surface_picture(surfaces: Sequence[Surface]) -> bytes:
    """A PNG with a row of three panels for each coin; the same surfaces give the same bytes."""
    with desk_style():
        return png(_draw(surfaces))


def _draw(surfaces: Sequence[Surface]) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415

    foot = 0.18 * (1 + len(surfaces))
    height = 0.9 + foot + 4.3 * len(surfaces)
    figure = Figure(figsize=(14.5, height))
    figure.subplots_adjust(
        left=0.045, right=0.985, top=1.0 - 1.15 / height, bottom=(0.6 + foot) / height, wspace=0.16, hspace=0.44
    )
    rows = figure.subplots(len(surfaces), 3, squeeze=False, width_ratios=[1.5, 1.0, 1.0])
    for number, surface in enumerate(surfaces):
        points = term_structure(surface)
        panels: list[Axes] = list(rows[number])
        _smiles(panels[0], surface, points)
        _levels(panels[1], surface.coin, points)
        _wings(panels[2], surface.coin, points)
    names = [surface.coin for surface in surfaces]
    coins = " and ".join((", ".join(names[:-1]), names[-1]) if len(names) > 1 else names)
    stamp = surfaces[0].as_of
    figure.text(0.045, 1.0 - 0.36 / height, f"{coins} implied volatility", fontsize=13.0, fontweight="bold")
    lines = _foot(surfaces, f"{stamp:%Y-%m-%d %H:%M} UTC")
    figure.text(0.045, 0.08 / height, lines, fontsize=8.0, color=QUIET, linespacing=1.5)
    return figure


def _smiles(panel: "Axes", surface: Surface, points: Sequence[TermPoint]) -> None:
    chosen = _spread_out([one.years for one in surface.slices])
    for colour, number in zip(_SMILES, chosen, strict=False):
        one, quoted = surface.slices[number], surface.slices[number].quoted
        across = _by_delta(quoted.k, quoted.vol, one.years)
        near = np.abs(across) <= _FARTHEST
        k = quoted.k[near]
        wide = max(0.5 * float(np.sqrt(one.years)) * points[number].atm_vol if k.size < 2 else 0.0, 0.0)
        line = np.linspace(float(k.min()) - wide, float(k.max()) + wide, 161) if k.size else np.zeros(1)
        vol = surface.vol_at(line, one.years)
        label = f"{one.expiry:%d %b %y}, {_life(points[number].days)}"
        panel.plot(_by_delta(line, vol, one.years), 100.0 * vol, color=colour, zorder=3, label=label)
        near &= np.isfinite(quoted.bid_vol) & np.isfinite(quoted.ask_vol)
        bid, ask = 100.0 * quoted.bid_vol[near], 100.0 * quoted.ask_vol[near]
        panel.vlines(across[near], bid, ask, color=colour, linewidth=2.6, alpha=0.35)
    panel.axvline(0.0, color=GREY, linewidth=0.8, linestyle=":")
    panel.set_xticks([*(-at for at in reversed(_DELTAS)), 0.0, *_DELTAS.keys()], _delta_names())
    panel.set_xlim(-_FARTHEST - 0.1, _FARTHEST + 0.1)
    panel.set_xlabel("strike, by the delta of its out-of-the-money option")
    finish(panel, f"{surface.coin} smiles, vol % (bars: bid to ask)", columns=3)


def _by_delta(k: Floats, vol: Floats, years: float) -> Floats:
    """-d1: 0 where call and put have a delta of a half, more for higher strikes."""
    spread = vol * np.sqrt(years)
    return np.asarray(k / spread - 0.5 * spread)


def _delta_names() -> list[str]:
    names = list(_DELTAS.values())
    return [*(f"{name}P" for name in reversed(names)), "50Δ", *(f"{name}C" for name in names)]


def _levels(panel: "Axes", coin: str, points: Sequence[TermPoint]) -> None:
    days = [point.days for point in points]
    for name, colour, mark, label in (
        ("put_25", ORANGE, "v", "25Δ put"),
        ("atm_vol", BLUE, "o", "at the money"),
        ("call_25", GREEN, "^", "25Δ call"),
    ):
        panel.plot(days, _told(points, name), color=colour, marker=mark, markersize=4.0, label=label)
    forward = [100.0 * point.forward_vol for point in points]
    panel.stairs(forward, [0.5 * days[0], *days], baseline=None, color=GREY, linestyle="--", label="forward")
    _day_axis(panel, days)
    finish(panel, f"{coin} term structure, vol %", columns=4)


def _wings(panel: "Axes", coin: str, points: Sequence[TermPoint]) -> None:
    days = [point.days for point in points]
    panel.axhline(0.0, color=GREY, linewidth=0.8)
    for name, colour, mark, label in (
        ("risk_reversal", ORANGE, "o", "risk reversal, call less put"),
        ("butterfly", BLUE, "s", "butterfly"),
    ):
        panel.plot(days, _told(points, name), color=colour, marker=mark, markersize=4.0, label=label)
    _day_axis(panel, days)
    finish(panel, f"{coin} 25Δ risk reversal and butterfly, vol points", columns=2)


def _told(points: Sequence[TermPoint], name: str) -> list[float]:
    """In vol points; a gap where nothing is known."""
    found: list[float | None] = [getattr(point, name) for point in points]
    return [float("nan") if value is None else 100.0 * value for value in found]


def _day_axis(panel: "Axes", days: Sequence[float]) -> None:
    from matplotlib.ticker import NullLocator  # noqa: PLC0415

    panel.set_xscale("log")
    room = 1.25 if days[-1] > 3.0 * days[0] else 4.0
    low, high = days[0] / room, days[-1] * room
    panel.set_xlim(low, high)
    marks = {0.25: "6 h", 0.5: "12 h", 1.0: "1 d", 3.0: "3 d", 7.0: "1 w", 14.0: "2 w", 30.0: "1 m", 91.0: "3 m",
             182.0: "6 m", 365.0: "1 y", 730.0: "2 y"}  # fmt: skip
    shown = [mark for mark in marks if low <= mark <= high]
    panel.set_xticks(shown, [marks[mark] for mark in shown])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlabel("time to expiry")


def _spread_out(years: Sequence[float]) -> list[int]:
    """At most six expiries, even in the logarithm of time, the first and the last among them."""
    if len(years) <= _MOST_SMILES:
        return list(range(len(years)))
    logs = [log(time) for time in years]
    wanted = [logs[0] + (logs[-1] - logs[0]) * step / (_MOST_SMILES - 1) for step in range(_MOST_SMILES)]
    return sorted({min(range(len(logs)), key=lambda one: abs(logs[one] - at)) for at in wanted})


def _life(days: float) -> str:
    return f"{24.0 * days:.0f} h" if days < 2.0 else f"{days:.0f} d"


def _foot(surfaces: Sequence[Surface], stamp: str) -> str:
    parts = [f"{stamp}.  SVI by expiry, free of butterfly and calendar arbitrage."]
    for surface in surfaces:
        reports = [one.report for one in surface.slices]
        sides = sum(report.two_sided for report in reports)
        inside = sum((report.inside_share or 0.0) * report.two_sided for report in reports)
        share = f", {inside / sides:.0%} of {sides} quoted strikes between bid and ask" if sides else ""
        many = "1 expiry" if len(reports) == 1 else f"{len(reports)} expiries"
        parts.append(f"{surface.coin}: index {surface.index:,.0f} USD, {many}{share}.")
    return "\n".join(parts)
