"""`oracle.why/1`: why now, why this venue, why this order style, what could go wrong with it."""

from oracle_core.console.render.actions import delta, short, trade
from oracle_core.console.render.candidates import TERMS
from oracle_core.console.render.dangers import dangers
from oracle_core.console.render.fields import Node, notes, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

TITLES = {
    "now": "why now",
    "venue": "why this venue",
    "style": "why this order style",
    "risk": "what could go wrong",
}


def why(document: Node, width: int) -> list[str]:
    """What is done, then what was asked about it."""
    about = text(document, "about")
    coin = text(document, "coin")
    legs = [line for leg in rows(document, "legs") for line in sentence(trade(leg, coin), width)]
    answers = {"now": _now, "venue": _venue, "style": _style, "risk": _risk}
    said = answers[about](document) if about in answers else []
    title = f"{TITLES.get(about, 'why')}: {text(document, 'label')} of cycle {text(document, 'cycle_id')}"
    return [
        banner(document, title),
        *(legs or ["  HOLD: do nothing"]),
        "",
        *bullets(said, width),
        *(section("Terms (USD over the horizon)", _terms(document, width)) if about == "now" else []),
    ]


def _now(document: Node) -> list[str]:
    if not rows(document, "legs"):
        reasons = texts(document, "reasons")
        return ["nothing is traded now: no hedge is worth more than it costs", *reasons]
    benefit, cost = number(document, "benefit"), number(part(document, "cost"), "total")
    hours = amount(number(document, "horizon_hours"), 0)
    return [
        *_breach(document),
        *_band(document),
        f"it costs {amount(cost)} USD now and is worth {amount(benefit)} USD more than waiting over {hours} h",
        "waiting costs nothing today and leaves the risk term of doing nothing below",
        *texts(document, "reasons"),
    ]


def _breach(document: Node) -> list[str]:
    was, left = number(document, "breach_now"), number(document, "breach_after")
    if not was:
        return []
    after = f"it leaves {percent(100.0 * left)}" if left else "this cures it"
    return [f"a limit is breached by {percent(100.0 * was)} of it; {after}"]


def _band(document: Node) -> list[str]:
    band, coin = part(document, "band"), text(document, "coin")
    net, target, width = (number(band, name) for name in ("net_delta", "target", "half_width"))
    if net is None or target is None or width is None:
        return []
    where = "outside" if abs(net - target) > width else "inside"
    kind = text(band, "kind").replace("_", "-")
    edges = f"{delta(target - width, coin, None)} to {delta(target + width, coin, None)}"
    return [f"net delta {delta(net, coin, None)} is {where} the {kind} band, {edges}"]


def _terms(document: Node, width: int) -> list[str]:
    mine, hold = part(document, "terms"), part(document, "hold_terms")
    cells = [["", "this", "doing nothing"]]
    cells += [[name, amount(number(mine, name)), amount(number(hold, name))] for name in TERMS]
    return table(cells, "<>>", width)


def _venue(document: Node) -> list[str]:
    benefit, cost = number(document, "benefit"), number(part(document, "cost"), "total")
    if not rows(document, "legs"):
        return ["nothing is traded, so no venue is chosen"]
    found = rows(document, "others")
    others = [
        f"{text(row, 'label')} {short(row)}: cost {amount(number(row, 'cost'))} USD, benefit "
        f"{amount(number(row, 'benefit'))} USD ({'; '.join(texts(row, 'reasons')) or text(row, 'status')})"
        for row in found
    ]
    first = f"here it costs {amount(cost)} USD and is worth {amount(benefit)} USD more than doing nothing"
    none = [] if others else ["no other instrument or venue offers the same hedge in this market"]
    left = [f"left out: {said}" for said in notes(document, "left_out")[:5]]
    return [
        first,
        *others,
        *none,
        *left,
        "the order is least breach first, then most benefit; a venue's name ranks nothing",
    ]


def _style(document: Node) -> list[str]:
    style = text(document, "style").replace("_", " ")
    said = [f"the plan says: {style}"] if style else ["it was not chosen, so it has no order style"]
    for row in rows(document, "rows"):
        taker, maker, half = (number(row, key) for key in ("taker_fee_usd", "maker_fee_usd", "half_spread_usd"))
        if taker is None or maker is None:
            said.append(f"{text(row, 'instrument')}: an option's fee depends on its premium; its cost is on the card")
            continue
        spread = "an unknown half-spread" if half is None else f"{amount(half)} USD of half-spread"
        said.append(
            f"{text(row, 'instrument')}: taking pays {amount(taker)} USD of fee and {spread}; resting pays "
            f"{amount(maker)} USD and may not be filled"
        )
    waiting = "what is not filled stays as delta: taking is for what is urgent, resting for what can wait"
    return [*said, waiting, "whatever the style, the ranking counts the cost of taking at once"]


def _risk(document: Node) -> list[str]:
    return dangers(document) or ["no risk is listed for it"]
