"""The loop: at each check the desk's own decision sees the market of that moment, and its trades are filled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.checks import refuse
from oracle_core.domain.hedge import Leg
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.errors import Fault, fault
from oracle_core.pricing.costs import trade_cost
from oracle_core.simulation.bars import Bars, Floats
from oracle_core.simulation.ledger import Ledger, Tally
from oracle_core.simulation.market import Listing, half_spread, listing, option_quote, portfolio, snapshot, worsening
from oracle_core.simulation.metrics import attribute, daily, measure
from oracle_core.simulation.notes import assumptions, warnings
from oracle_core.simulation.result import Curve, Result, Split, Step
from oracle_core.simulation.scenario import Scenario
from oracle_core.simulation.straddle import OptionLeg, Straddle, option_leg

Decide: TypeAlias = Callable[[Portfolio, MarketSnapshot], Sequence[Leg]]
"""What the desk would trade now; only the perpetual, on its grid."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the checks done and the checks to do."""


class Trade(NamedTuple):
    """What was done at one check: signed contracts, and the average price if there were any."""

    contracts: Decimal
    price: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What does not change while the loop turns. `funding`: USD one long contract has paid up to each bar, (n,)."""

    scenario: Scenario
    bars: Bars
    decide: Decide
    options: OptionLeg
    funding: Floats
    checks: NDArray[np.intp]


def simulate(scenario: Scenario, bars: Bars, decide: Decide, progress: Progress | None = None) -> Result:
    """Drive `decide` over candles for a straddle hedged with a perpetual.

    Checks fall on the first close, each interval after it, and wherever a straddle expires; nothing is decided at the
    last close. A step first settles the perpetual's move and its funding on what was held, then expiry and the new
    straddle, then the decision. Between checks everything is computed in one pass.
    Raises: InputError: the decision trades something else than the perpetual, or off its grid.
    """
    options = option_leg(scenario, bars)
    run = Run(
        scenario=scenario, bars=bars, decide=decide, options=options, funding=_funding_paid(scenario, bars),
        checks=_checks(scenario, bars, options.straddles),
    )  # fmt: skip
    ledger = Ledger(cash=Tally(scenario.equity_usd))
    steps: list[Step] = []
    option_costs, hedge_costs = np.zeros(len(bars)), np.zeros(len(bars))
    previous = 0
    for done, bar in enumerate(int(found) for found in run.checks):
        ledger.carry(float(bars.close[bar] - bars.close[previous]), float(run.funding[bar] - run.funding[previous]))
        straddle = options.straddle_at(bar)
        listed = listing(scenario, straddle)
        paid = _paid(ledger)
        if straddle is not None and straddle.first == bar:
            _pay_for_options(run, ledger, bar, listed, straddle)
        ledger.option_flow(float(options.flow[bar]))
        option_costs[bar], paid = _paid(ledger) - paid, _paid(ledger)
        before = float(options.delta[bar]) + float(ledger.contracts)
        trade = _decide(run, ledger, bar, listed, straddle)
        hedge_costs[bar] = _paid(ledger) - paid
        steps.append(_step(run, ledger, bar, before, trade))
        previous = bar
        if progress is not None:
            progress(done + 1, len(run.checks))
    return _result(run, ledger, steps, _curve(run, steps, option_costs, hedge_costs))


def _decide(run: Run, ledger: Ledger, bar: int, listed: Listing, straddle: Straddle | None) -> Trade:
    if bar == len(run.bars) - 1:
        return Trade(Decimal(0), None)
    market = snapshot(run.scenario, run.bars, bar, listed, straddle).admit(timedelta(0))
    equity = ledger.cash.total + float(run.options.value[bar])
    legs = run.decide(portfolio(run.scenario, listed, ledger.contracts, equity), market)
    refuse([found for leg in legs for found in _leg_faults(leg, listed)])
    share = _spread_share(run, bar)
    traded, dollars = Decimal(0), 0.0
    for leg in legs:
        cost = trade_cost(listed.perpetual, market.quote(leg.id), float(leg.contracts), float(run.bars.close[bar]))
        assert cost is not None, "a simulated perpetual always has both sides"
        ledger.fill(leg.contracts, cost, share)
        traded += leg.contracts
        dollars += float(leg.contracts) * cost.price
    return Trade(traded, dollars / float(traded) if traded else None)


def _leg_faults(leg: Leg, listed: Listing) -> list[Fault]:
    if leg.id != listed.perpetual.id:
        return [fault("decision", "symbol", str(leg.id), f"the perpetual {listed.perpetual.id}")]
    if not listed.perpetual.grid.holds(leg.contracts):
        return [
            fault("decision", "contracts", str(leg.contracts), f"a multiple of {listed.perpetual.grid.amount_step}")
        ]
    return []


def _pay_for_options(run: Run, ledger: Ledger, bar: int, listed: Listing, straddle: Straddle) -> None:
    for option in listed.options:
        dealt = option_quote(run.scenario, option, run.bars, bar, straddle)
        cost = trade_cost(option, dealt, run.scenario.options_held, float(run.bars.close[bar]))
        assert cost is not None, "an option at the money always has both sides"
        ledger.pay(cost.fee, cost.half_spread)


def _spread_share(run: Run, bar: int) -> float:
    """The part of what a fill pays beyond the mark that is spread; the rest is slippage."""
    spread, worse = half_spread(run.scenario), worsening(run.scenario, run.bars, bar)
    return spread / (spread + worse) if worse > 0.0 else 1.0


def _checks(scenario: Scenario, bars: Bars, straddles: Sequence[Straddle]) -> NDArray[np.intp]:
    closes = bars.close_ms
    wanted = np.arange(closes[0], closes[-1] + 1, scenario.check_minutes * 60_000, dtype=np.int64)
    changes = [bar for item in straddles for bar in (item.first, item.last)]
    return np.unique(np.concatenate([np.searchsorted(closes, wanted), changes, [len(bars) - 1]])).astype(np.intp)


def _funding_paid(scenario: Scenario, bars: Bars) -> Floats:
    """Each payment is made on the mark of its moment, and booked at the first close at or after it."""
    closes = bars.close_ms
    times, rates = scenario.funding.payments(int(closes[0]), int(closes[-1]))
    marks = bars.close[np.searchsorted(closes, times, side="right") - 1]
    paid = np.zeros(len(bars))
    np.add.at(paid, np.searchsorted(closes, times), rates * marks)
    return np.cumsum(paid)


def _paid(ledger: Ledger) -> float:
    return ledger.fees.total + ledger.spread.total + ledger.slippage.total


def _step(run: Run, ledger: Ledger, bar: int, before: float, trade: Trade) -> Step:
    value = float(run.options.value[bar])
    return Step(
        time_ms=int(run.bars.close_ms[bar]), price=float(run.bars.close[bar]), option_value=value,
        perpetual_contracts=float(ledger.contracts), cash=ledger.cash.total, fees=ledger.fees.total,
        spread=ledger.spread.total, slippage=ledger.slippage.total, funding=ledger.funding.total,
        delta_before=before, delta_after=before + float(trade.contracts), traded=float(trade.contracts),
        fill_price=trade.price, equity=ledger.cash.total + value,
    )  # fmt: skip


def _curve(run: Run, steps: Sequence[Step], option_costs: Floats, hedge_costs: Floats) -> Curve:
    """Equity at every bar: what was held through it times what it moved."""
    after = np.zeros(len(run.bars))
    after[run.checks] = [step.traded for step in steps]
    held = np.concatenate([[0.0], np.cumsum(after)[:-1]])
    moved = np.cumsum(held * np.diff(run.bars.close, prepend=run.bars.close[0]))
    funded = -np.cumsum(held * np.diff(run.funding, prepend=0.0))
    unhedged = run.scenario.equity_usd + run.options.pnl - np.cumsum(option_costs)
    equity = unhedged + moved + funded - np.cumsum(hedge_costs)
    return Curve(
        start=run.scenario.equity_usd, time_ms=run.bars.close_ms, price=run.bars.close, equity=equity, unhedged=unhedged
    )


def _result(run: Run, ledger: Ledger, steps: list[Step], curve: Curve) -> Result:
    split = Split(
        options=float(run.options.pnl[-1]), perpetual=ledger.perpetual.total, fees=-ledger.fees.total + 0.0,
        spread=-ledger.spread.total + 0.0, slippage=-ledger.slippage.total + 0.0, funding=ledger.funding.total + 0.0,
    )  # fmt: skip
    return Result(
        scenario=run.scenario, bars_hash=run.bars.hash, steps=tuple(steps), curve=curve, split=split,
        attribution=attribute(run.options, run.bars, run.checks),
        metrics=measure(curve, ledger, run.bars, run.checks, run.scenario.implied_vol),
        days=daily(curve.time_ms, curve.equity, curve.start),
        expiries_ms=tuple(int(run.bars.close_ms[item.last]) for item in run.options.straddles if item.settles),
        warnings=warnings(run.scenario, run.bars), assumptions=assumptions(run.scenario),
    )  # fmt: skip
