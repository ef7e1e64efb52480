"""Cases for the guardrails: a hedge of one coin whose figures follow from its size, so that limits bite on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import Cost
from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS, FlowLimits, StateLimits
from oracle_core.domain.trading import RecentFlow
from oracle_core.guardrails.calm import EQUITY, MARK, NO_FLOW, PERPETUAL, calm_case, calm_leg, calm_outlook
from oracle_core.guardrails.case import Case, DeskRules, GlobalCaps

PERSONAS = ("cautious", "conservative", "balanced", "aggressive", "degen")
# The numbers of the definition, in the order of the fields of StateLimits and FlowLimits.
STATE_NUMBERS = (
    (10, 20, 40, 80, 160), (4, 8, 15, 30, 60), (0.1, 0.2, 0.4, 0.8, 1.6), (10, 15, 25, 40, 60), (1, 2, 3, 5, 10),
    (30, 40, 50, 65, 80), (40, 30, 20, 12, 6), (2, 4, 8, 15, 30), (0, 5, 15, 30, 60), (40, 50, 60, 80, 100),
)  # fmt: skip
FLOW_NUMBERS = (
    (5, 10, 20, 40, 80), (15, 30, 60, 120, 240), (50, 100, 200, 400, 800), (5, 8, 12, 20, 35), (20, 35, 60, 100, 200),
    (2, 5, 10, 20, 40), (4, 6, 12, 30, 60), (0, 0, 5, 10, 20),
)  # fmt: skip


def state_of(persona: str) -> StateLimits:
    place = PERSONAS.index(persona)
    return StateLimits(**{name: float(row[place]) for name, row in zip(STATE_LIMITS, STATE_NUMBERS, strict=True)})


def flow_of(persona: str) -> FlowLimits:
    place = PERSONAS.index(persona)
    return FlowLimits(**{name: float(row[place]) for name, row in zip(FLOW_LIMITS, FLOW_NUMBERS, strict=True)})


CAPS = GlobalCaps(state=state_of("degen"), flow=flow_of("degen"))
DESK = DeskRules(
    quote_max_age=timedelta(seconds=60), collar_bps=50.0, option_collar_bps=1_000.0, approval_ttl=timedelta(minutes=5)
)


def calm(persona: str = "balanced") -> Case:
    """The plan that nothing stands against."""
    return calm_case(CAPS, state_of(persona), flow_of(persona), DESK, min_benefit_bps_equity=0.1)


def judged_as(case: Case, persona: str) -> Case:
    """The same plan under another persona's limits."""
    return replace(case, state=state_of(persona), flow=flow_of(persona))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A hedge of `delta` coins (at 100 USD, equity one million) by trading `contracts`; every figure follows.

    `child` is the largest child order; `cost_bps` is of the notional; `tilt` makes stress rise on one side, so that a
    hedge may worsen it; `others` sets further measures (before, after), which the size does not move.
    """

    delta: float
    contracts: Decimal
    child: Decimal = Decimal(10_000)
    held: float = 0.0
    cost_bps: float = 5.0
    tilt: float = 0.0
    premium_usd: float = 0.0
    funding_usd: float = 0.0
    recent: RecentFlow = NO_FLOW
    others: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    cure: bool = False
    duty: bool = False
    persona: str = "balanced"

    def smaller(self, scale: float) -> "Draft":
        """The plan that is built again at a share: toward zero on the grid."""
        contracts = PERPETUAL.grid.toward_zero(self.contracts * Decimal(repr(scale)))
        share = float(contracts / self.contracts)
        return replace(
            self, contracts=contracts, premium_usd=self.premium_usd * share, funding_usd=self.funding_usd * share
        )

    def case(self) -> Case:
        trade = float(self.contracts)
        leg = replace(
            calm_leg(PERPETUAL, self.contracts), children=self._children(), held=self.held, coins=trade,
            premium_usd=self.premium_usd, funding_week_usd=self.funding_usd,
        )  # fmt: skip
        cost = abs(trade) * MARK * self.cost_bps / 10_000.0
        start = calm(self.persona)
        return replace(
            start, legs=(leg,), before=self._outlook(self.delta, 0), after=self._outlook(self.delta + trade, 1),
            cost=Cost(fee=cost, half_spread=0.0, slippage=None, total=cost), recent=self.recent, cure=self.cure,
            duty=self.duty, benefit=abs(self.delta) - abs(self.delta + trade) + 50.0,
            risk_before=self.delta**2, risk_after=(self.delta + trade) ** 2,
        )  # fmt: skip

    def _children(self) -> tuple[Decimal, ...]:
        whole, rest = divmod(abs(self.contracts), self.child)
        sizes = [self.child] * int(whole) + ([rest] if rest else [])
        return tuple(size.copy_sign(self.contracts) for size in sizes)

    def _outlook(self, coins: float, side: int) -> Outlook:
        found = calm_outlook(coins)
        loss = max(0.0, 0.3 * abs(coins) * MARK + self.tilt * coins * MARK)
        measures = replace(
            found.measures,
            net_delta_pct_equity=100.0 * abs(coins) * MARK / EQUITY,
            stress_loss_pct_equity=100.0 * loss / EQUITY,
            **{name: values[side] for name, values in self.others.items()},
        )
        return replace(found, measures=measures, worst=found.worst._replace(pnl_usd=-loss))
