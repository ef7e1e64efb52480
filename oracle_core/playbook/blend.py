"""Several strategies followed at once, by weight. Limits are never blended, and reducing risk is never scaled."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oracle_core.domain.checks import refuse
from oracle_core.domain.instrument import Kind
from oracle_core.errors import Fault, fault
from oracle_core.playbook.band import Band, BandKind
from oracle_core.playbook.hedge_ratio import HedgeRatio
from oracle_core.playbook.params.table import Params
from oracle_core.playbook.policies import Policy
from oracle_core.playbook.strategy import Budget, DayRange, DeltaRange, Execution, Strategy, Targets, Triggers
from oracle_core.playbook.tightest import tightest

ANY_LIFE = DayRange(min=0.0, max=3650.0)
ANY_DELTA = DeltaRange(min=0.0, max=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A strategy in a blend, with its share of the whole, above 0 and at most 1."""

    strategy: Strategy
    share: float

    def budget(self) -> Budget:
        """What this strategy may add and spend: its share of its own budget."""
        own = self.strategy.budget
        return Budget(
            added_notional_pct_equity=_scaled(own.added_notional_pct_equity, self.share),
            premium_week_bps_equity=_scaled(own.premium_week_bps_equity, self.share),
            cost_day_bps_equity=_scaled(own.cost_day_bps_equity, self.share),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """What the engine follows: one strategy, or several by weight. `policies` names who asks for each."""

    members: tuple[Member, ...]
    horizon_hours: float
    targets: Targets
    band: Band
    hedge_ratio: HedgeRatio
    bias: float
    execution: Execution
    params: Params
    triggers: Triggers
    option_days: DayRange
    option_abs_delta: DeltaRange
    policies: Mapping[Policy, tuple[str, ...]]
    hedge_kinds: frozenset[Kind]
    underlyings: frozenset[str] | None

    @property
    def advise_only(self) -> bool:
        """Whether any strategy in it must not be executed."""
        return any(member.strategy.advise_only for member in self.members)

    @property
    def name(self) -> str:
        """The strategy's name, or every one with its share."""
        if len(self.members) == 1:
            return self.members[0].strategy.name
        return " + ".join(f"{member.strategy.name} {100.0 * member.share:.3g} %" for member in self.members)

    def allowance(self, policy: Policy, field: str) -> float | None:
        """What the strategies that ask for a policy may add or spend together, by one field of their budgets.

        Returns: in the field's unit; None where nobody asks for it, or one of them leaves it to the persona.
        """
        stated: list[float | None] = [getattr(budget, field) for budget in self.budgets(policy)]
        known = [value for value in stated if value is not None]
        return math.fsum(known) if known and len(known) == len(stated) else None

    def budgets(self, policy: Policy) -> tuple[Budget, ...]:
        """The scaled budget of every strategy that asks for a policy; candidates that add risk draw on them."""
        return tuple(member.budget() for member in self.members if policy in member.strategy.policies)


def blend(weighted: Iterable[tuple[Strategy, float]]) -> Blend:
    """Strategies with their weights as one rule. The order, and a common factor of the weights, do not matter.

    Targets, horizon and bias are weighted means over the strategies that state one. The band is the heaviest
    strategy's (of equals the first by name) with the geometric mean of the scales that compare with it: those of
    models among each other, of fixed bands in the same unit. Options are hedged with the heaviest strategy's delta,
    orders worked as it says, and each section of `params` is that of the heaviest strategy that has one. Of each
    trigger the tightest counts. Options may be as soon, as late, as near and as far as any of the strategies allows.

    Raises: InputError: no weight above 0, a weight that is negative or not finite, or a strategy given twice.
    """
    members = _members(list(weighted))
    heaviest = max(members, key=lambda member: round(member.share, 9)).strategy
    return Blend(
        members=members,
        horizon_hours=_stated([(member.strategy.horizon_hours, member.share) for member in members]),
        targets=_targets(members),
        band=_band(heaviest.band, members),
        hedge_ratio=heaviest.hedge_ratio,
        bias=_stated([(member.strategy.bias, member.share) for member in members]),
        execution=heaviest.execution,
        params=_params(members),
        triggers=tightest(member.strategy.triggers for member in members),
        option_days=_days(members),
        option_abs_delta=_deltas(members),
        policies=_policies(members),
        hedge_kinds=frozenset(kind for member in members for kind in member.strategy.universe.hedge_kinds),
        underlyings=_underlyings(members),
    )


def _members(weighted: list[tuple[Strategy, float]]) -> tuple[Member, ...]:
    refuse(_weight_faults(weighted))
    most = max(weight for _, weight in weighted)
    used = sorted(((strategy, weight / most) for strategy, weight in weighted), key=lambda item: item[0].name)
    total = math.fsum(part for _, part in used)
    if math.isclose(math.fsum(weight for _, weight in weighted), 1.0, rel_tol=1e-12):
        # Shares already: taken as they are, so that a stored blend is read back to the last digit.
        used, total = sorted(weighted, key=lambda item: item[0].name), 1.0
    return tuple(Member(strategy=strategy, share=part / total) for strategy, part in used if part / total > 0.0)


def _weight_faults(weighted: list[tuple[Strategy, float]]) -> list[Fault]:
    names = [strategy.name for strategy, _ in weighted]
    faults = [
        fault("blend", name, "given twice", "each strategy once")
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    faults += [
        fault("blend", strategy.name, weight, "a finite weight of 0 or more")
        for strategy, weight in weighted
        if not (math.isfinite(weight) and weight >= 0.0)
    ]
    if not any(weight > 0.0 for _, weight in weighted):
        faults.append(fault("blend", "", ", ".join(names) or "nothing", "at least one strategy with a weight above 0"))
    return faults


def _targets(members: tuple[Member, ...]) -> Targets:
    stated = [(member.strategy.targets, member.share) for member in members]
    return Targets(
        net_delta_pct_equity=_mean([(target.net_delta_pct_equity, share) for target, share in stated]),
        gamma_1pct_pct_equity=_mean([(target.gamma_1pct_pct_equity, share) for target, share in stated]),
        vega_point_pct_equity=_mean([(target.vega_point_pct_equity, share) for target, share in stated]),
    )


def _band(heaviest: Band, members: tuple[Member, ...]) -> Band:
    logs = [(math.log(member.strategy.band.scale), member.share) for member in members if _compare(heaviest, member)]
    if len(logs) == 1:
        return heaviest
    return heaviest.model_copy(update={"scale": math.exp(_stated(logs))})


def _compare(heaviest: Band, member: Member) -> bool:
    band = member.strategy.band
    if BandKind.FIXED in (heaviest.kind, band.kind):
        return (heaviest.kind, heaviest.unit) == (band.kind, band.unit)
    return True


def _policies(members: tuple[Member, ...]) -> dict[Policy, tuple[str, ...]]:
    named = {policy for member in members for policy in member.strategy.policies}
    return {
        policy: tuple(member.strategy.name for member in members if policy in member.strategy.policies)
        for policy in Policy
        if policy in named
    }


def _underlyings(members: tuple[Member, ...]) -> frozenset[str] | None:
    """Every coin that some strategy names; all coins where one leaves them open."""
    named = [member.strategy.universe.underlyings for member in members]
    return None if None in named else frozenset(coin for coins in named for coin in coins or ())


def _params(members: tuple[Member, ...]) -> Params:
    """Section by section, that of the heaviest strategy that has one; of equals the first by name."""
    ordered = sorted(members, key=lambda member: -round(member.share, 9))
    stated = {
        section: next((found for member in ordered if (found := getattr(member.strategy.params, section))), None)
        for section in Params.model_fields
    }
    return Params(**stated)


def _days(members: tuple[Member, ...]) -> DayRange:
    stated = [member.strategy.universe.option_days or ANY_LIFE for member in members]
    return DayRange(min=min(item.min for item in stated), max=max(item.max for item in stated))


def _deltas(members: tuple[Member, ...]) -> DeltaRange:
    stated = [member.strategy.universe.option_abs_delta or ANY_DELTA for member in members]
    return DeltaRange(min=min(item.min for item in stated), max=max(item.max for item in stated))


def _mean(stated: list[tuple[float | None, float]]) -> float | None:
    """The weighted mean over those that state a value; None where nobody does."""
    values = [(value, share) for value, share in stated if value is not None]
    return _stated(values) if values else None


def _stated(values: list[tuple[float, float]]) -> float:
    if len({value for value, _ in values}) == 1:
        return values[0][0]  # an agreed value stays what it is, to the last digit
    return math.fsum(value * share for value, share in values) / math.fsum(share for _, share in values)


def _scaled(value: float | None, share: float) -> float | None:
    return None if value is None else value * share
