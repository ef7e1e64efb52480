"""Facts of a situation in words: short, formatted by code, and safe to quote."""

from oracle_core.agent.prose import render_prose
from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import Recommendation
from oracle_core.domain.instrument import Kind
from oracle_core.hedging.allowance import allowance_notes
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.hedge_ratio import DELTAS
from oracle_core.reading.basis import Basis, basis
from oracle_core.reading.events import events_ahead


def facts(book: Outlook, hours: float) -> dict[str, str]:
    """What a model may quote of the book as it stands and of the horizon, by placeholder name."""
    found = {
        "equity": f"{book.equity_usd:,.2f} USD",
        "worst_stress": f"{book.worst.pnl_usd:,.2f} USD at spot {book.worst.spot_pct:+.0f} %",
        "horizon": f"{hours:,.0f} h",
    }
    for item in book.exposures:
        coin = item.coin.lower()
        found[f"net_delta_{coin}"] = f"{item.net_delta:+,.4f} {item.coin}"
        found[f"gamma_1pct_{coin}"] = f"{item.gamma_1pct_usd:+,.2f} USD"
        found[f"vega_{coin}"] = f"{item.vega_usd_per_point:+,.2f} USD"
        found[f"theta_{coin}"] = f"{item.theta_usd_per_day:+,.2f} USD"
    if len(book.exposures) == 1:
        found["net_delta"] = found[f"net_delta_{book.exposures[0].coin.lower()}"]
    return found


def spoken(advised: Recommendation) -> str | None:
    """What a model wrote, with its figures filled in from what it was asked about; None where none wrote."""
    prose, candidates = advised.advisor.prose, advised.candidates
    if prose is None or not candidates:
        return prose
    return render_prose(prose, candidates, facts(candidates[0].before, advised.horizon_hours))


def situation_notes(case: Situation) -> tuple[str, ...]:
    """Which volatility ranks each coin, what the objective lacks, and what stands in for it."""
    used = [f"volatility of {coin}: {100.0 * vol.value:.2f} %, {vol.source}" for coin, vol in sorted(case.vols.items())]
    missing = [f"volatility of {coin}: none, so nothing of it is ranked" for coin in case.without_volatility]
    return (
        *used,
        *missing,
        f"horizon {case.hours:,.0f} h; no history of implied volatility: vega risk is absent from the objective",
        *_ratio_notes(case),
        *_edge_notes(case),
        *_funding_notes(case),
        *_candle_notes(case),
        *_event_notes(case),
        *allowance_notes(case.strategy, case.since),
        *_price_notes(case),
        "costs are those of taking at once, whatever the order style: so does the paper venue",
    )


def _event_notes(case: Situation) -> tuple[str, ...]:
    """What the calendar holds within a day for the coins of the book: a reason for caution."""
    found: dict[str, list[str]] = {}
    for coin in case.view.coins:
        for item in events_ahead(case.view.market, coin):
            found.setdefault(item.said, []).append(coin)
    return tuple(f"caution, event ahead: {said} ({', '.join(coins)})" for said, coins in found.items())


def _price_notes(case: Situation) -> tuple[str, ...]:
    """Coins whose sources disagree, and what hedges or is held that has left its index."""
    market, view = case.view.market, case.view
    doubts = [f"ALERT: price of {coin} in doubt: {why}; nothing may add risk in it"
              for coin, why in sorted(case.doubts.items())]  # fmt: skip
    found = [basis(market, item.id) for item in view.table.instruments if item.kind in (Kind.PERPETUAL, Kind.SPOT)]
    away = [f"ALERT: {item.key} stands {item.bps:+,.1f} bp from its index, {item.flag}"
            for item in found if isinstance(item, Basis) and item.flag]  # fmt: skip
    return (*doubts, *away)


def _ratio_notes(case: Situation) -> tuple[str, ...]:
    """With which delta options are hedged, what that adds to the plain one, and what it rests on."""
    kind, table = case.strategy.hedge_ratio.kind, case.view.table
    if not (case.view.effective[table.kinds[Kind.OPTION]] != 0.0).any() and not case.universe.options:
        return ()
    added = [
        f"{case.smile.held(case.view, coin, case.view.effective):+,.4f} {coin} beside the plain delta, {told}"
        for coin, told in sorted(case.smile.told.items())
    ]
    return ("; ".join((f"hedge ratio {kind.value}: {DELTAS[kind]}", *added)),)


def _edge_notes(case: Situation) -> tuple[str, ...]:
    """What the Edge term rests on, or why there is none."""
    if not case.forecasts:
        return ("no forecast of realised volatility: the edge term is absent",)
    if case.strategy.targets.gamma_1pct_pct_equity is None:
        return (f"edge is 0: strategy {case.strategy.name} states no gamma target",)
    trust = case.persona.vol_forecast_trust
    return (
        f"edge: {trust:g} of what the forecast promises above implied volatility, the trust of {case.persona.name}",
    )


def _candle_notes(case: Situation) -> tuple[str, ...]:
    """Each forecast beside what is implied, and why candles gave no forecast."""
    made = [
        f"{coin}: volatility forecast {100.0 * found.value:.2f} % ± {100.0 * found.error:.2f}, {_implied(case, coin)}"
        for coin, found in sorted(case.forecasts.items())
    ]
    return (*made, *(f"no forecast for {coin}: {why}" for coin, why in sorted(case.unforecast.items())))


def _implied(case: Situation, coin: str) -> str:
    vol = case.implied.get(coin)
    return "no implied volatility beside it" if vol is None else f"{vol.source} {100.0 * vol.value:.2f} %"


def _funding_notes(case: Situation) -> tuple[str, ...]:
    """A rate without a history of seven days is taken to revert to zero."""
    market, table = case.view.market, case.view.table
    quoted = [
        f"{listed.symbol} on {listed.venue}"
        for row, listed in enumerate(table.instruments)
        if case.view.table.kinds[Kind.PERPETUAL][row]
        and market.quotes[listed.id].funding_rate
        and not market.funding_history.get(listed.id)
    ]
    if not quoted:
        return ()
    return (f"no funding history of {', '.join(quoted)}: the seven-day mean is taken as 0 and the rate reverts to it",)
