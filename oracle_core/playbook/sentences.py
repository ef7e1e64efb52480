"""The rule of a strategy as a trader would say it; made from the data alone."""

from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from oracle_core.playbook.hedge_ratio import DELTAS, HedgeRatio, RatioKind
from oracle_core.playbook.policies import Policy, Style
from oracle_core.playbook.strategy import Budget, Execution, Lifecycle, Ramp, Strategy, Targets, Triggers, Universe

UNITS = {
    Unit.PCT_EQUITY: "% of equity",
    Unit.COIN: "coins",
    Unit.PER_OPTION: "coins per option",
    Unit.USD: "USD",
}
MODELS = {
    BandKind.ZAKAMOULINE: "Zakamouline",
    BandKind.WHALLEY_WILMOTT: "Whalley–Wilmott",
    BandKind.LELAND: "Leland",
}
STYLES = {
    Style.MAKER: "Orders rest in the book and are not forced",
    Style.TAKER: "Orders take what is offered",
    Style.MAKER_THEN_TAKER: "Orders rest in the book first and take what is offered",
    Style.RFQ_TICKET: "Orders go out as a ticket to ask for quotes",
}
KINDS = {"perpetual": "perpetuals", "future": "futures", "spot": "spot", "option": "options"}


def paragraph(strategy: Strategy) -> str:
    """The whole strategy in a few sentences: what for, when, what, how far, at which cost."""
    sentences = (
        strategy.summary,
        rule(strategy),
        _horizon(strategy.horizon_hours),
        _views(strategy.targets),
        _options(strategy.universe),
        _ratio(strategy.hedge_ratio),
        _other_policies(strategy.policies),
        *strategy.params.sentences(),
        _bias(strategy.bias),
        _gates(strategy.triggers),
        _budget(strategy.budget),
        _ramp(strategy.ramp),
        _orders(strategy.execution),
        "Advice only, never executed: its import left something out." if strategy.advise_only else "",
        _status(strategy),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def rule(strategy: Strategy) -> str:
    """The rule in one sentence: when to look, what must be so, and what is done then."""
    occasions = _occasions(strategy.triggers) or ["Whenever asked"]
    when = _upper(_listed(occasions, "and"))
    if strategy.targets.net_delta_pct_equity is None:
        return (
            f"{when}, look at every limit: this strategy has no view on net delta and trades it only to cure a breach."
        )
    target = _percent(strategy.targets.net_delta_pct_equity)
    instruments = _listed([KINDS[kind.value] for kind in strategy.universe.hedge_kinds], "or")
    return (
        f"{when}, compare the net delta{_coins(strategy.universe)} with its target of {target} of equity: "
        f"if it is off by more than {_width(strategy.band)}, trade {instruments} {_how_far(strategy)}; "
        "otherwise wait, and repeat."
    )


def _occasions(triggers: Triggers) -> list[str]:
    found = {
        f"every {_many(triggers.interval_minutes, 'minute')}{_steps(triggers)}": triggers.interval_minutes,
        f"after a price move of {_percent(triggers.price_move_pct)}": triggers.price_move_pct,
        f"after a price move of {_number(triggers.price_move_usd)} USD": triggers.price_move_usd,
        f"after a price move of {_number(triggers.price_move_sigma_1d)} × a day's standard deviation": (
            triggers.price_move_sigma_1d
        ),
        "when delta leaves its band": triggers.delta_band,
        f"when implied volatility has moved {_many(triggers.iv_move_points, 'point')}": triggers.iv_move_points,
        f"when realised over implied volatility crosses {_number(triggers.rv_iv_ratio)}": triggers.rv_iv_ratio,
        "when funding changes sign": triggers.funding_flip,
        f"when the spread of what hedges a coin is {_number(triggers.liquidity_factor)} times wider or narrower": (
            triggers.liquidity_factor
        ),
        f"when an option has less than {_many(triggers.expiry_days, 'day')} left": triggers.expiry_days,
        "around scheduled events": triggers.events,
        f"when a contract held is {_number(triggers.basis_bps)} bp from its index": triggers.basis_bps,
        f"when two coins' correlation has fallen by {_number(triggers.correlation_drop)}": triggers.correlation_drop,
        "when a week of theta and funding costs more than gamma earned": triggers.bleed,
    }
    return [text for text, wanted in found.items() if wanted]


def _steps(triggers: Triggers) -> str:
    steps = sorted(triggers.interval_steps, key=lambda step: step.iv_rise_points)
    said = [f"{step.interval_minutes} once the index rose {_many(step.iv_rise_points, 'point')}" for step in steps]
    return f" ({_listed(said, 'and')})" if said else ""


def _gates(triggers: Triggers) -> str:
    until = f"(until one wins, or for {_many(triggers.loss_streak_hours, 'hour')})"
    found = {
        f"the last hour's volatility is {_number(triggers.volatility_break)} × that of 30 days": (
            triggers.volatility_break
        ),
        f"the price has moved one way {_many(triggers.trend, 'time')} in a row without long gamma": triggers.trend,
        f"the last {_many(triggers.loss_streak, 'hedge')} lost without long gamma {until}": triggers.loss_streak,
        f"the last {_many(triggers.inventory_fades, 'hedge')} added to a loser": triggers.inventory_fades,
        f"its fills have lost {_number(triggers.pnl_stop_bps_equity)} bp of equity": triggers.pnl_stop_bps_equity,
        "volatility, regime, funding or events speak against running": triggers.deploy,
    }
    causes = [text for text, wanted in found.items() if wanted]
    quiet = (
        ""
        if triggers.iv_only_moves_trade or not triggers.iv_move_points
        else "A move of implied volatility alone does not trade delta."
    )
    return " ".join(filter(None, [f"Pause when {_listed(causes, 'or')}." if causes else "", quiet]))


def _width(band: Band) -> str:
    unit = UNITS[band.unit]
    if band.kind is BandKind.FIXED:
        return f"{_number(band.scale)} {unit}"
    times = "" if band.scale == 1.0 else f"{_number(band.scale)} × "
    bounds = [f"at least {_number(band.min)} {unit}" if band.min is not None else ""]
    bounds += [f"at most {_number(band.max)} {unit}" if band.max is not None else ""]
    bounded = ", ".join(filter(None, bounds))
    return f"{times}the {MODELS[band.kind]} band" + (f" ({bounded})" if bounded else "")


def _how_far(strategy: Strategy) -> str:
    if strategy.band.rehedge_to is Rehedge.PARTIAL:
        partial = strategy.params.partial
        return f"{_percent(100.0 * (0.5 if partial is None else partial.share))} of the way back to the target"
    return {Rehedge.EDGE: "back to the edge of the band", Rehedge.TARGET: "back to the target"}[
        strategy.band.rehedge_to
    ]


def _horizon(hours: float) -> str:
    days = f" ({_number(hours / 24.0)} days)" if hours > 24.0 else ""
    return f"Cost and risk are weighed over {_many(hours, 'hour')}{days}."


def _views(targets: Targets) -> str:
    gamma, vega = targets.gamma_1pct_pct_equity, targets.vega_point_pct_equity
    views = [f"gamma of {_percent(gamma)} of equity for a move of 1 %" if gamma is not None else ""]
    views += [f"vega of {_percent(vega)} of equity for each point of volatility" if vega is not None else ""]
    stated = list(filter(None, views))
    return f"Aim at {_listed(stated, 'and')}." if stated else ""


def _options(universe: Universe) -> str:
    days, delta = universe.option_days, universe.option_abs_delta
    parts = [f"{_number(days.min)} to {_number(days.max)} days left" if days is not None else ""]
    parts += [f"a delta of {_number(delta.min)} to {_number(delta.max)} either way" if delta is not None else ""]
    stated = list(filter(None, parts))
    return f"Options that are traded have {_listed(stated, 'and')}." if stated else ""


def _ratio(ratio: HedgeRatio) -> str:
    if ratio.kind is RatioKind.PLAIN:
        return ""
    stated = [f"{name} {_number(value)}" for name, value in ratio.coefficients.items()]
    return f"Options are hedged with {DELTAS[ratio.kind]}" + (f" ({', '.join(stated)})." if stated else ".")


def _other_policies(policies: tuple[Policy, ...]) -> str:
    plain = {Policy.HOLD, Policy.TO_TARGET, Policy.TO_EDGE, Policy.PARTIAL}
    others = [policy.value.replace("_", " ") for policy in policies if policy not in plain]
    return f"Also weigh: {', '.join(others)}." if others else ""


def _bias(bias: float) -> str:
    if not bias:
        return ""
    return (
        f"Leave {_percent(100.0 * bias)} of each hedge undone."
        if bias > 0.0
        else f"Overdo each hedge by {_percent(-100.0 * bias)}."
    )


def _budget(budget: Budget) -> str:
    if budget.added_notional_pct_equity == 0.0:
        return "Add no risk."
    parts = {
        "adding at most {} % of equity in notional": budget.added_notional_pct_equity,
        "{} bp of equity in option premium a week": budget.premium_week_bps_equity,
        "{} bp of equity in cost a day": budget.cost_day_bps_equity,
    }
    stated = [text.format(_number(value)) for text, value in parts.items() if value is not None]
    return f"Stay within a budget: {_listed(stated, 'and')}." if stated else ""


def _ramp(ramp: Ramp | None) -> str:
    if ramp is None:
        return ""
    return f"Start with {_percent(ramp.start_pct)} of that, and grow to all of it over {_many(ramp.days, 'clean day')}."


def _orders(execution: Execution) -> str:
    patience = (
        f" after {_many(execution.patience_seconds, 'second')}" if execution.style is Style.MAKER_THEN_TAKER else ""
    )
    slices = f", in at most {execution.max_slices} slices" if execution.max_slices > 1 else ""
    return f"{STYLES[execution.style]}{patience}{slices}."


def _status(strategy: Strategy) -> str:
    if strategy.status is Lifecycle.ACTIVE:
        return ""
    return "Deprecated" + (f"; use {strategy.replaced_by} instead." if strategy.replaced_by else ".")


def _coins(universe: Universe) -> str:
    return f" of {_listed(list(universe.underlyings), 'and')}" if universe.underlyings else " of every coin"


def _percent(value: float | None) -> str:
    return f"{_number(value)} %"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _many(value: float | None, noun: str) -> str:
    """A count with its noun; nothing where there is none."""
    return "" if value is None else f"{_number(value)} {noun}{'' if value == 1 else 's'}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(items: list[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
