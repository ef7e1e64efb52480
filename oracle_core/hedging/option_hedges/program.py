"""The mixed-integer program that picks the options: goals met at least cost, with at most k of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.hedging.option_hedges.caps import FlowCap
from oracle_core.hedging.option_hedges.chain import MOST_EQUITIES, Chain
from oracle_core.hedging.option_hedges.goals import GAMMA, Goal
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.stress import stress_pnl

NODES: Final = 5_000
"""A bound that does not depend on the machine: the same plan everywhere."""

GAP, FURTHER_GAP = 1e-4, 0.02
"""How near to the least cost, as a share of it: of the first plan, and of further ones in other options."""

STRESS: Final = "stress_loss_pct_equity"
DEPTH: Final = "depth"
PREMIUM: Final = "premium_week_bps_equity"
LEGS: Final = "option_legs_max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is asked of a chain. away: coins of delta that the plan must take out beside its own."""

    legs: Chain
    goals: tuple[Goal, ...]
    caps: tuple[FlowCap, ...]
    away: float
    most_legs: int

    @property
    def constraints(self) -> dict[str, str]:
        """What may bind, by name, in words."""
        most = self.most_legs
        found = {LEGS: f"at most {most} option{'s' * (most > 1)} a plan", DEPTH: "the depth that the books show"}
        found |= {cap.name: cap.words for cap in self.caps}
        found[STRESS] = f"{STRESS} {self.legs.case.persona.stress_loss_pct_equity:g} of {self.legs.case.persona.name}"
        return found | {goal.name: f"{goal.name} from {goal.low:,.6g} to {goal.high:,.6g} USD" for goal in self.goals}


def solve(program: Program, excluded: Collection[frozenset[int]] = (), relaxed: str | None = None) -> Floats | None:
    """Sizes in contracts (shape (m,), not yet on the grid) that meet the goals at least cost, or None.

    Source: HiGHS (Huangfu and Hall, 2018, Mathematical Programming Computation 10, 119-142) through SciPy.

    Variables: contracts bought and sold of each leg, and for each option whether it is in the plan. `excluded` are
    sets of options of which no plan may contain all.  relaxed: a constraint left out.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - half a second only this family pays

    legs = program.legs
    if not legs.options:
        return None
    bounds, rows = _bounds(program, relaxed), _rows(program, excluded, relaxed)
    matrix = np.array([row for row, _, _ in rows])
    spans = np.array([(low, high) for _, low, high in rows])
    found = milp(
        _prices(program), integrality=_whole(legs), bounds=Bounds(np.zeros(len(bounds)), bounds),
        constraints=LinearConstraint(matrix, spans[:, 0], spans[:, 1]),
        options={"mip_rel_gap": FURTHER_GAP if excluded else GAP, "node_limit": NODES},
    )  # fmt: skip
    if found.x is None:
        return None
    count = len(legs.listed)
    used = np.ones(count, dtype=bool)
    used[: legs.options] = found.x[2 * count :] > 0.5
    return np.where(used, found.x[:count] - found.x[count : 2 * count], 0.0)


def binding(program: Program) -> tuple[str, ...]:
    """The constraints any one of which, left out, would let the goals be met; empty where it takes several."""
    return tuple(words for name, words in program.constraints.items() if solve(program, relaxed=name) is not None)


def exact(legs: Chain, goals: Sequence[Goal], away: float, sizes: Floats) -> Floats:
    """The same legs with goals and delta met to the last digit: the least change of `sizes` that does.

    Raises nothing: where the legs cannot meet them together, the nearest in the sense of least squares is given.
    """
    hedge = np.arange(len(sizes)) >= legs.options
    used = np.flatnonzero((sizes != 0.0) | hedge)
    matrix = np.array([*(_unit(legs, goal)[used] for goal in goals), legs.delta[used]])
    wanted = np.array([*(goal.missing for goal in goals), -away])
    scale = np.abs(matrix).max(axis=1, initial=0.0)
    scale[scale == 0.0] = 1.0
    made = sizes.copy()
    for _ in range(3):  # each pass takes out what rounding left of the last one
        short = (wanted - matrix @ made[used]) / scale
        made[used] += np.linalg.pinv(matrix / scale[:, None]) @ short
    return made


def _unit(legs: Chain, goal: Goal) -> Floats:
    return legs.gamma if goal.name == GAMMA else legs.vega


def _whole(legs: Chain) -> NDArray[np.intp]:
    return np.repeat(np.array([0, 1], dtype=np.intp), [2 * len(legs.listed), legs.options])


def _prices(program: Program) -> Floats:
    """USD a contract at the best price; a plan of fewer options is preferred where it costs the same."""
    legs = program.legs
    bought, sold = _slopes(legs, 1.0), _slopes(legs, -1.0)
    return np.concatenate([bought, sold, np.full(legs.options, 1e-9)])


def _slopes(legs: Chain, side: float) -> Floats:
    curves = legs.buying if side > 0.0 else legs.selling
    return np.array([curve.costs[1] / curve.sizes[1] if curve.sizes[1] > 0.0 else 0.0 for curve in curves])


def _bounds(program: Program, relaxed: str | None) -> Floats:
    legs, ones = program.legs, np.ones(program.legs.options)
    if relaxed != DEPTH:
        return np.concatenate([_buyable(program, relaxed), legs.most(-1.0), ones])
    case = legs.case
    far = MOST_EQUITIES * case.equity_usd / (case.view.index[legs.coin] * np.maximum(np.abs(legs.delta), 1e-3))
    return np.concatenate([far, far, ones])


def _buyable(program: Program, relaxed: str | None) -> Floats:
    """The most of each leg that may be bought: of an option that is short what closes it, where premium is capped."""
    legs = program.legs
    short = np.maximum(-legs.case.view.effective[legs.rows], 0.0)
    capped = any(cap.name == PREMIUM and cap.name != relaxed for cap in program.caps)
    closes = capped & (short > 0.0) & (np.arange(len(short)) < legs.options)
    return np.where(closes, np.minimum(short, legs.most(1.0)), legs.most(1.0))


def _rows(
    program: Program, excluded: Collection[frozenset[int]], relaxed: str | None
) -> list[tuple[Floats, float, float]]:
    """Every constraint as coefficients and the span they must stay in."""
    legs = program.legs
    asked = [goal for goal in program.goals if goal.name != relaxed]
    rows = [_linear(legs, _unit(legs, goal), goal.low - goal.now, goal.high - goal.now) for goal in asked]
    if legs.hedged:
        rows.append(_linear(legs, legs.delta, -program.away, -program.away))
    rows += [_capped(program, cap) for cap in program.caps if cap.name != relaxed]
    if relaxed != STRESS:
        rows += _stressed(legs)
    rows += _sized(legs, _bounds(program, relaxed))
    rows += [_picked(legs, sorted(group), len(group) - 1.0) for group in sorted(excluded, key=sorted)]
    if relaxed != LEGS:
        rows.append(_picked(legs, range(legs.options), float(program.most_legs)))
    return rows


def _stressed(legs: Chain) -> list[tuple[Floats, float, float]]:
    """No cell of the stress grid loses more than the limit, or than the worst one does already."""
    case = legs.case
    pnl = stress_pnl(case.view, case.view.effective).reshape(-1)
    most = max(case.persona.stress_loss_pct_equity / 100.0 * case.equity_usd, -float(pnl.min()))
    cells = case.view.stress.reshape(len(case.view.effective), -1)[legs.rows]
    return [_linear(legs, cells[:, number], -most - float(held), np.inf) for number, held in enumerate(pnl)]


def _sized(legs: Chain, bounds: Floats) -> list[tuple[Floats, float, float]]:
    """An option that is in the plan trades between its minimum and its depth, any other not at all."""
    rows: list[tuple[Floats, float, float]] = []
    count = len(legs.listed)
    for leg in range(legs.options):
        both, least = np.zeros(2 * count + legs.options), float(legs.least[leg])
        both[[leg, count + leg]] = 1.0
        both[2 * count + leg] = -float(max(bounds[leg], bounds[count + leg]))
        rows.append((both, -np.inf, 0.0))
        enough = both.copy()
        enough[2 * count + leg] = -least
        rows.append((enough, 0.0, np.inf))
    return rows


def _linear(legs: Chain, unit: Floats, low: float, high: float) -> tuple[Floats, float, float]:
    """A row over signed contracts, scaled to numbers near one."""
    scale = float(np.abs(unit).max(initial=0.0)) or 1.0
    return np.concatenate([unit, -unit, np.zeros(legs.options)]) / scale, low / scale, high / scale


def _capped(program: Program, cap: FlowCap) -> tuple[Floats, float, float]:
    legs = program.legs
    units = {
        "plan_notional_pct_equity": (legs.notional, legs.notional),
        "plan_cost_bps_equity": (_slopes(legs, 1.0), _slopes(legs, -1.0)),
        PREMIUM: (np.where(legs.case.view.effective[legs.rows] < 0.0, 0.0, legs.ask), np.zeros(len(legs.listed))),
    }
    scale = cap.usd or 1.0
    return np.concatenate([*units[cap.name], np.zeros(legs.options)]) / scale, -np.inf, cap.usd / scale


def _picked(legs: Chain, options: Collection[int], most: float) -> tuple[Floats, float, float]:
    row = np.zeros(2 * len(legs.listed) + legs.options)
    row[[2 * len(legs.listed) + leg for leg in options]] = 1.0
    return row, -np.inf, most
