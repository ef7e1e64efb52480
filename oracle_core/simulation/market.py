"""The market a simulated desk sees at a bar's close: nothing in it is younger than that close."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, InstrumentId, Kind, MarginTier, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.portfolio import Numeraire, Portfolio, Position
from oracle_core.maths.black import black_price
from oracle_core.simulation.bars import Bars, at
from oracle_core.simulation.scenario import Scenario
from oracle_core.simulation.straddle import Straddle, years_left

_BPS = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The contracts that exist: the perpetual always, a call and a put while a straddle is held."""

    perpetual: Instrument
    options: tuple[Instrument, ...]


def listing(scenario: Scenario, straddle: Straddle | None) -> Listing:
    """The contracts of a moment, linear, one coin each."""
    options = () if straddle is None else tuple(_option(scenario, straddle, right) for right in OptionType)
    return Listing(perpetual=_perpetual(scenario), options=options)


def snapshot(scenario: Scenario, bars: Bars, bar: int, listed: Listing, straddle: Straddle | None) -> MarketSnapshot:
    """The market at the close of a bar. Marks, index and forwards are all that close.

    Options have their mark and no sides: the straddle is the scenario's, and a decision hedges it with the perpetual.
    """
    close_ms = int(bars.close_ms[bar])
    perpetual = _perpetual_quote(scenario, bars, bar, listed.perpetual.id)
    quotes = {listed.perpetual.id: perpetual}
    if straddle is not None:
        for option in listed.options:
            quotes[option.id] = replace(option_quote(scenario, option, bars, bar, straddle), bid=None, ask=None)
    return MarketSnapshot(
        as_of=at(close_ms),
        instruments={item.id: item for item in (listed.perpetual, *listed.options)},
        quotes=quotes,
        volatility_index={scenario.coin: scenario.implied_vol},
        funding_history={listed.perpetual.id: scenario.funding.known(close_ms)},
    )


def option_quote(scenario: Scenario, option: Instrument, bars: Bars, bar: int, straddle: Straddle) -> Quote:
    """What an option is dealt at when the straddle is opened, at the close of a bar."""
    assert option.strike is not None
    assert option.option_type is not None
    close_ms, price = int(bars.close_ms[bar]), float(bars.close[bar])
    years = years_left(straddle, close_ms)
    mark = float(black_price(price, option.strike, years, scenario.implied_vol, sign=option.option_type.sign))
    away = scenario.costs.option_half_spread
    return Quote(
        venue=option.venue, symbol=option.symbol, as_of=at(close_ms), mark=mark, index=price, forward=price,
        mark_iv=scenario.implied_vol, bid=mark * (1.0 - away) or None, ask=mark * (1.0 + away) or None,
    )  # fmt: skip


def portfolio(scenario: Scenario, listed: Listing, perpetual: Decimal, equity_usd: float) -> Portfolio:
    """The simulated book: the straddle, the perpetual and all equity in USD."""
    held = [(option.id, scenario.options_held) for option in listed.options]
    if perpetual:
        held.append((listed.perpetual.id, float(perpetual)))
    positions = tuple(Position(venue=key.venue, symbol=key.symbol, contracts=size) for key, size in held)
    return Portfolio(name="simulation", numeraire=Numeraire.USD, equity={"USD": equity_usd}, positions=positions)


def worsening(scenario: Scenario, bars: Bars, bar: int) -> float:
    """Slippage of a perpetual fill at a bar's close, as a share of the mark."""
    spread = float(bars.high[bar] - bars.low[bar]) / float(bars.close[bar])
    return scenario.costs.slippage_bps * _BPS + scenario.costs.slippage_of_range * spread


def half_spread(scenario: Scenario) -> float:
    """Half the perpetual's spread, as a share of the mark."""
    return scenario.costs.half_spread_bps * _BPS


def _perpetual_quote(scenario: Scenario, bars: Bars, bar: int, key: InstrumentId) -> Quote:
    close_ms, price = int(bars.close_ms[bar]), float(bars.close[bar])
    # Slippage is part of the price that is quoted, so that the decision weighs what it will pay.
    away = half_spread(scenario) + worsening(scenario, bars, bar)
    known = scenario.funding.known(close_ms)
    rate = known[-1][1] if known else scenario.funding.constant
    following = (
        None if rate is None else at((close_ms // scenario.funding.interval_ms + 1) * scenario.funding.interval_ms)
    )
    return Quote(
        venue=key.venue, symbol=key.symbol, as_of=at(close_ms), bid=price * (1.0 - away), ask=price * (1.0 + away),
        mark=price, index=price, funding_rate=rate, next_funding_at=following,
        funding_interval_hours=None if rate is None else scenario.funding.interval_hours,
    )  # fmt: skip


def _perpetual(scenario: Scenario) -> Instrument:
    step = scenario.perpetual_step
    return Instrument(
        venue=scenario.venue, symbol=f"{scenario.coin}/USDT:USDT", kind=Kind.PERPETUAL, base=scenario.coin,
        quote="USDT", settle="USDT", linear=True, contract_size=1.0,
        grid=Grid(amount_step=step, min_amount=step, tick_size=0.01),
        fees=Fees(maker=scenario.costs.taker_fee, taker=scenario.costs.taker_fee),
        margin_tiers=(MarginTier(up_to_notional=None, initial=0.05, maintenance=0.025),),
    )  # fmt: skip


def _option(scenario: Scenario, straddle: Straddle, right: OptionType) -> Instrument:
    expiry = at(straddle.expiry_ms)
    costs = scenario.costs
    return Instrument(
        venue=scenario.venue,
        symbol=f"{scenario.coin}/USDT:USDT-{_named_day(expiry):%y%m%d}-{straddle.strike:.10g}-{right.name[0]}",
        kind=Kind.OPTION, base=scenario.coin, quote="USDT", settle="USDT", linear=True, contract_size=1.0,
        grid=Grid(amount_step=Decimal("0.1"), min_amount=Decimal("0.1"), tick_size=0.01),
        fees=Fees(maker=costs.option_fee, taker=costs.option_fee, basis=FeeBasis.UNDERLYING,
                  cap_of_premium=costs.option_fee_cap_of_premium),
        expiry=expiry, strike=straddle.strike, option_type=right,
    )  # fmt: skip


def _named_day(expiry: datetime) -> datetime:
    """An expiry at midnight is named after the day that ends there."""
    return expiry - timedelta(milliseconds=1)
