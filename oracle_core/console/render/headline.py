"""The head of a card: mode, what was asked, and in one line what to do and why now."""

from collections.abc import Sequence

from oracle_core.console.render.actions import HOLD, chosen, delta, planned, prices, trade, traded_coin
from oracle_core.console.render.fields import Node, flag, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, at, percent
from oracle_core.console.render.layout import sentence
from oracle_core.console.render.rails import refusals


def banner(document: Node, title: str = "") -> str:
    """The line every screen begins with."""
    named = f" · {title}" if title else ""
    return f"ORACLE CORE · {text(document, 'mode', 'paper').upper()} · not financial advice{named}"


def header(document: Node, before: Node, width: int) -> list[str]:
    """The mode banner, and what was asked with what in hand."""
    advisor = part(document, "advisor")
    quotes = [f"{coin} {amount(price)} USD" for coin, price in sorted(prices(before).items())]
    asked = [
        f"strategy {text(document, 'strategy')}", f"persona {text(document, 'persona')}",
        f"advisor: {text(advisor, 'name')}{_model(advisor)}", *_horizon(document),
    ]  # fmt: skip
    held = [*quotes, f"equity {amount(number(before, 'equity_usd'))} USD"]
    account = [text(document, "account")] if text(document, "account") else []
    fallback = text(advisor, "fallback_reason")
    fallback += f": {text(advisor, 'fallback_meaning')}" if text(advisor, "fallback_meaning") else ""
    return [
        banner(document),
        *sentence(" · ".join([*account, at(moment(document, "as_of")), f"cycle {text(document, 'cycle_id')}"]), width),
        *sentence(" · ".join(asked), width),
        *(sentence(f"the model's choice was not used: {fallback}", width) if fallback else []),
        *(sentence(asked, width) if (asked := _asked(advisor)) else []),
        *sentence(" · ".join(held), width),
    ]


def headline(document: Node, width: int) -> list[str]:
    """What to do, what it is worth, and why now."""
    picked, legs = chosen(document), planned(document)
    coin = traded_coin(picked)
    if legs:
        cure = " (cures a breached limit)" if flag(part(document, "plan"), "cure") else ""
        said = [line for leg in legs for line in sentence(trade(leg, coin) + cure, width)]
        return [*said, *_worth(document, picked), *_band(picked, width)]
    wanted = [leg for item in picked for leg in rows(item, "legs")]
    if not wanted:
        return [f"  {HOLD}", *sentence(_why_hold(document), width)]
    reasons = "; ".join(refusals(part(document, "verdict"))) or "nothing of it is left"
    asked = [line for leg in wanted for line in sentence(f"NOT SENT: {trade(leg, coin)}", width)]
    return [*asked, *sentence(f"the guardrails refuse it: {reasons}", width)]


def _worth(document: Node, picked: Sequence[Node]) -> list[str]:
    """What the plan costs and is worth: the worth is that of a candidate, which the rails may have cut."""
    benefit = number(picked[0], "benefit") if len(picked) == 1 else None
    total = number(part(document, "cost"), "total")
    if benefit is None or total is None:
        return []
    if (number(part(picked[0], "before"), "equity_usd") or 1.0) <= 0.0:
        return [f"  costs {amount(total)} USD now; without equity the least breach leads, then the least cost"]
    more = "more" if benefit >= 0 else "less"
    is_whole = _is_whole(document, picked[0])
    what = "over the horizon worth" if is_whole else f"all of {text(picked[0], 'label')} would be worth"
    worth = f"{what} {amount(abs(benefit))} USD {more} than doing nothing"
    return [f"  costs {amount(total)} USD now; {worth}"]


def _is_whole(document: Node, picked: Node) -> bool:
    sizes = [
        {(text(leg, "venue"), text(leg, "symbol")): number(leg, "contracts") for leg in rows(node, "legs")}
        for node in (part(document, "plan"), picked)
    ]
    return sizes[0] == sizes[1]


def _band(picked: Sequence[Node], width: int) -> list[str]:
    """Why now: where the coin's delta stands against the band that asked for the hedge."""
    return [line for item in picked if (said := _outside(item)) for line in sentence(said, width)]


def _outside(item: Node) -> str:
    band, coin = part(item, "band"), text(item, "coin")
    net, target, width = (number(band, name) for name in ("net_delta", "target", "half_width"))
    if net is None or target is None or width is None:
        return ""
    price = prices(part(item, "before")).get(coin)
    around = f"{delta(target - width, coin, price)} to {delta(target + width, coin, price)}"
    where = "outside" if abs(net - target) > width else "inside"
    return f"net delta {delta(net, coin, price)} is {where} the {text(band, 'kind').replace('_', '-')} band, {around}"


def _why_hold(document: Node) -> str:
    offered = [item for item in rows(document, "candidates") if text(item, "status") != "refused"]
    trades = [item for item in offered if rows(item, "legs")]
    if not trades:
        left_out = part(document, "left_out")
        name = next(iter(left_out), None)
        if name is not None:
            return f"no hedge is offered; left out: {text(left_out, name)}"
        return "no hedge is offered: the book is inside its band, or every hedge is refused"
    reasons = texts(trades[0], "reasons")
    return f"{text(trades[0], 'label')}: {reasons[0]}" if reasons else "no hedge is worth more than it costs"


def _horizon(document: Node) -> list[str]:
    hours = number(document, "horizon_hours")
    return [] if hours is None else [f"horizon {amount(hours, 0)} h"]


def _asked(advisor: Node) -> str:
    """What asking took: how often, how long the prompt is by whose count, and how many samples agree."""
    tokens, shared = number(advisor, "tokens"), number(advisor, "agreement")
    if tokens is None:
        return ""
    calls = number(advisor, "calls") or 0.0
    times = "not asked" if not calls else "asked once" if calls == 1.0 else f"asked {amount(calls, 0)} times"
    agree = "" if shared is None else f"; {percent(100.0 * shared, 0)} of its samples agree"
    return f"the model was {times}; prompt of {amount(tokens, 0)} tokens ({text(advisor, 'tokenizer')}){agree}"


def _model(advisor: Node) -> str:
    model = text(advisor, "model")
    return f" ({model})" if model else ""
