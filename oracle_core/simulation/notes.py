"""What a run must say of itself: where its data falls short, and what it takes for granted."""

from oracle_core.simulation.bars import Bars, moment
from oracle_core.simulation.result import Assumption
from oracle_core.simulation.scenario import Scenario

_SHOWN = 3
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def warnings(scenario: Scenario, bars: Bars) -> tuple[str, ...]:
    """Where the candles or the funding history are too coarse or too short for the run."""
    return (*_coarse(scenario, bars), *_gaps(bars), *_short_funding(scenario, bars))


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Everything taken for granted; the flag says what flatters the result."""
    funding = scenario.funding
    silent = funding.constant is None and not funding.history
    return (
        Assumption("Implied volatility stays at the scenario's value for every strike and day: no vega P&L.", True),
        Assumption("The straddle is held to its expiry: the decision trades the perpetual alone.", False),
        Assumption("Options are marked and settled at the candle's close, not at a 30-minute average.", False),
        Assumption("Orders fill whole and at once, at the close that was decided on, and never move the market.", True),
        Assumption("Liquidation is ignored: margin is never called, and every loss can be carried.", True),
        Assumption("The perpetual trades at the index: no basis.", True),
        Assumption("Closing what is held at the end, and delivery at expiry, cost nothing.", True),
        Assumption("Every perpetual trade pays the taker fee; no rebate and no volume discount.", False),
        Assumption("Interest rate 0 %, dividends none: the option is priced on its forward.", False),
        Assumption("The decision sees the last settled funding rate, not the one being predicted.", False),
        *((Assumption("Funding is left out, whichever way it would have gone.", True),) if silent else ()),
        *(
            (Assumption("The perpetual has no slippage beyond half its spread.", True),)
            if _no_slippage(scenario)
            else ()
        ),
    )


def span(seconds: float) -> str:
    """A length of time in its largest whole unit.

    >>> span(86_400), span(5_400), span(60)
    ('1 day', '90 minutes', '1 minute')
    """
    size, name = next(((size, name) for size, name in _UNITS if seconds >= size and seconds % size == 0), (1, "second"))
    count = round(seconds / size)
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def _no_slippage(scenario: Scenario) -> bool:
    return scenario.costs.slippage_bps == 0.0 and scenario.costs.slippage_of_range == 0.0


def _coarse(scenario: Scenario, bars: Bars) -> list[str]:
    bar, check = bars.timeframe_ms / 1_000, scenario.check_minutes * 60
    if bar <= check:
        return []
    coarse = f"Candles of {span(bar)} are coarser than the check interval of {span(check)}"
    return [f"{coarse}: the path inside a candle is lost, and the hedge is checked every {span(bar)} instead."]


def _gaps(bars: Bars) -> list[str]:
    gaps = bars.gaps
    if not gaps:
        return []
    missing = sum(gap.bars for gap in gaps)
    longest = sorted(gaps, key=lambda gap: -gap.bars)[:_SHOWN]
    named = ", ".join(f"{gap.bars:,} from {moment(gap.from_ms)}" for gap in longest)
    share = 100.0 * missing / (missing + len(bars))
    counted = f"{len(gaps):,} {'gap' if len(gaps) == 1 else 'gaps'} ({share:.2g} %)"
    return [f"{missing:,} candles are missing in {counted}; the longest: {named}."]


def _short_funding(scenario: Scenario, bars: Bars) -> list[str]:
    start, end = int(bars.close_ms[0]), int(bars.close_ms[-1])
    wanted = scenario.funding.expected_payments(start, end)
    known = len(scenario.funding.payments(start, end)[0])
    if known >= wanted - 1:
        return []
    return [f"Funding is known for {known:,} of about {wanted:,} payments in the run; the others count as none."]
