"""A desk's questions as pages: what waiting costs, what changed, convexity, what is due, prices, alerts."""

from collections.abc import Iterable

from oracle_core.console.render.actions import coin_digits, delta, short
from oracle_core.console.render.fields import Node, moment, notes, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import UNKNOWN, amount, at, countdown_hours, dollars, percent, price, signed
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table


def waiting(document: Node, width: int) -> list[str]:
    """`oracle.waiting/1`: hold's terms over both spans, what a day's move does, and what acting is worth instead."""
    listed = rows(document, "rows")
    cells = [["over", "carry", "risk", "capital", "edge", "U of waiting", "theta", "funding"]]
    cells += [[f"{amount(number(row, 'hours'), 0)} h", *_waited(row)] for row in listed]
    acting = part(document, "acting")
    hours = amount(number(document, "hours"), 0)
    swings = [
        f"{coin}: net delta {amount(number(row, 'effective_delta'), 3, sign=True)} {coin}, one deviation of it in "
        f"{hours} h is {amount(number(row, 'deviation_usd'), absent=UNKNOWN)} USD"
        for coin, row in parts(document, "coins")
    ]
    return [
        banner(document, "what waiting costs"),
        *sentence(
            f"{at(moment(document, 'as_of'))} · strategy {text(document, 'strategy')} · persona "
            f"{text(document, 'persona')} · working orders counted as filled",
            width,
        ),
        *section("Doing nothing, USD; below 0 is a cost", table(cells, ">" * len(cells[0]), width)),
        *section("Instead", sentence(_instead(acting, document), width, hang="")),
        *section("How far it may run", bullets(swings, width)),
    ]


def changes(document: Node, width: int) -> list[str]:
    """`oracle.changes/1`: coins then and now, positions, drivers."""
    then, now = part(document, "then"), part(document, "now")
    equity = f"equity {amount(number(then, 'equity_usd'))} → {amount(number(now, 'equity_usd'))} USD"
    cells = [["", "price", "move", "net delta", "gamma 1 %", "vega", "theta/day"]]
    cells += [row for coin, found in parts(document, "coins") for row in _changed(coin, found)]
    made = [["", "contracts then", "now", "P&L, USD"]]
    made += [
        [text(row, "position"), signed(number(row, "contracts_then")), signed(number(row, "contracts_now")),
         amount(number(row, "pnl_usd"), sign=True, absent=UNKNOWN)]
        for row in rows(document, "positions")
    ]  # fmt: skip
    drivers = part(document, "drivers")
    driven = [[name, amount(number(drivers, name), sign=True)] for name in drivers]
    return [
        banner(document, "what changed"),
        *sentence(f"{text(document, 'account')} · {_when(then)} → {_when(now)}", width),
        f"  {equity}",
        *section(
            "Coins (USD; gamma per 1 % move, vega per point)", table(cells, "<>>>>>>", width) if len(cells) > 1 else []
        ),
        *section("Positions", table(made, "<>>>", width) if len(made) > 1 else []),
        *section("What drove the P&L, USD", table(driven, "<>", width)),
        *section("Noted", bullets(texts(document, "notes"), width)),
    ]


def convexity(document: Node, width: int) -> list[str]:
    """`oracle.convexity/1`: a sentence and a small table for each coin."""
    lines = [banner(document, "convexity"), f"  {at(moment(document, 'as_of'))}"]
    for coin, row in parts(document, "coins"):
        lines += ["", *sentence(_side(coin, row), width, hang="")]
        if text(row, "side") == "flat":
            continue
        cells = [["move", "P&L beyond delta, USD", "hedge that follows"]]
        cells += [
            [percent(number(move, "spot_pct"), 0, sign=True), amount(number(move, "beyond_delta_usd"), sign=True),
             _follows(number(move, "hedge_coins"), coin)]
            for move in rows(row, "moves")
        ]  # fmt: skip
        lines += table(cells, ">>>", width)
    return lines


def calendar(document: Node, width: int) -> list[str]:
    """`oracle.calendar/1`: soonest first in each part."""
    expiries = [
        f"{text(row, 'coin')} {at(moment(row, 'expiry'))}, in {countdown_hours(number(row, 'hours'))}: "
        f"{', '.join(texts(row, 'symbols'))}; delta {amount(number(row, 'delta'), 3, sign=True)} {text(row, 'coin')}, "
        f"gamma {amount(number(row, 'gamma_1pct_usd'), sign=True)} USD per 1 %"
        for row in rows(document, "expiries")
    ]
    paid = [
        f"{text(row, 'position')}: next in {countdown_hours(number(row, 'hours'))}, "
        f"{_paid(number(row, 'usd'))}; {_paid(number(row, 'usd_per_day'))} a day"
        for row in rows(document, "funding")
    ]
    events = [
        f"{text(row, 'name')} {at(moment(row, 'at'))}, {_ahead(number(row, 'hours'))}"
        for row in rows(document, "events")
    ]
    return [
        banner(document, "calendar"),
        f"  {at(moment(document, 'as_of'))}",
        *section("Expires", bullets(expiries or ["nothing that is held"], width)),
        *section("Funding of what is held", bullets(paid or ["no perpetual is held"], width)),
        *section("Events of the next 30 days", bullets(events or ["none that the market file names"], width)),
    ]


def prices(document: Node, width: int) -> list[str]:
    """`oracle.prices/1`: the index of each coin, then quotes."""
    index = [f"{coin} {price(number(row, 'index_usd'))} USD" for coin, row in parts(document, "coins")]
    cells = [["venue", "instrument", "bid", "ask", "mark", "IV", "held", "age, s"]]
    for row in rows(document, "rows"):
        vol = number(row, "iv")
        cells.append([
            text(row, "venue"), text(row, "symbol"), *(_quoted(number(row, key)) for key in ("bid", "ask", "mark")),
            "" if vol is None else percent(100.0 * vol), signed(number(row, "held")),
            amount(number(row, "age_seconds"), 0),
        ])  # fmt: skip
    return [
        banner(document, "prices"),
        f"  {at(moment(document, 'as_of'))} · index {', '.join(index) or 'of no coin'}",
        *section("Quotes, in each venue's unit", table(cells, "<<>>>>>>", width) if len(cells) > 1 else []),
        *section("Left out", bullets(notes(document, "left_out"), width)),
    ]


def alerts(document: Node, width: int) -> list[str]:
    """`oracle.alerts/1`: worst first; that there is nothing is said."""
    found = rows(document, "rows")
    said = [f"{text(row, 'level').upper()} {text(row, 'about')}: {text(row, 'said')}" for row in found]
    return [
        banner(document, "alerts"),
        f"  {at(moment(document, 'as_of'))} · limits of persona {text(document, 'persona')}",
        "",
        *bullets(said or ["nothing needs attention: no limit is near, nothing expires within 48 h"], width),
    ]


def _waited(row: Node) -> Iterable[str]:
    keys = ("carry", "risk", "capital", "edge", "total", "theta_usd", "funding_usd")
    return [amount(number(row, key), sign=key not in ("risk", "capital")) for key in keys]


def _instead(acting: Node, document: Node) -> str:
    benefit = number(acting, "benefit")
    if text(acting, "kind") == "hold" or benefit is None:
        return "nothing that is offered is worth more than waiting: the engine would hold"
    horizon = amount(number(document, "horizon_hours"), 0)
    cost = amount(number(part(acting, "cost"), "total"))
    return f"{short(acting)} costs {cost} USD now and is worth {amount(benefit)} USD more than waiting {horizon} h"


def _when(found: Node) -> str:
    cycle = text(found, "cycle_id")
    return f"{at(moment(found, 'as_of'))} ({f'cycle {cycle}' if cycle else 'now'})"


def _changed(coin: str, found: Node) -> list[list[str]]:
    lines: list[list[str]] = []
    was = number(part(found, "then"), "price_usd")
    for name in ("then", "now"):
        row = part(found, name)
        cost, coins = number(row, "price_usd"), number(row, "net_delta")
        moved = percent(100.0 * (cost / was - 1.0), 2, sign=True) if name == "now" and cost and was else ""
        lines.append([
            f"{coin} {name}", amount(cost), moved, delta(coins, coin, cost) if coins is not None else "absent",
            *(amount(number(row, key)) for key in ("gamma_1pct_usd", "vega_usd_per_point", "theta_usd_per_day")),
        ])  # fmt: skip
    return lines


SHOWN_USD = 0.005
"""What rounds to a cent."""


def _side(coin: str, row: Node) -> str:
    gamma, theta, vega = (number(row, key) for key in ("gamma_1pct_usd", "theta_usd_per_day", "vega_usd_per_point"))
    side = text(row, "side")
    if side == "flat":
        return f"{coin}: neither long nor short convexity; linear positions have none"
    if side == "short":
        way = "short convexity: delta falls as the price rises, so the hedge buys high and sells low; large moves cost"
    else:
        way = "long convexity: delta rises with the price, so the hedge sells high and buys low; quiet days cost"
    move = number(row, "break_even_move")
    interest = number(row, "theta_not_of_gamma_usd_per_day")
    told = interest is not None and abs(interest) >= SHOWN_USD
    beside = f" ({amount(interest, sign=True)} of it interest on premium)" if told else ""
    even = "" if move is None else f"; a day breaks even at a move of {percent(100.0 * move, 2)}"
    return (
        f"{coin}: {way}. Gamma {amount(gamma, sign=True)} USD per 1 % move, theta {amount(theta, sign=True)} USD a "
        f"day{beside}, vega {amount(vega, sign=True)} USD per point{even}"
    )


def _follows(coins: float | None, coin: str) -> str:
    if coins is None:
        return "absent"
    side = "buy" if coins > 0 else "sell"
    return f"{side} {amount(abs(coins), coin_digits(None) - 1)} {coin}"


def _paid(usd: float | None) -> str:
    if usd is None:
        return "not quoted"
    if round(usd, 2) == 0.0:
        return "pays nothing"
    return f"{'receives' if usd > 0 else 'pays'} {dollars(abs(usd))}"


def _ahead(hours: float | None) -> str:
    return f"{amount(-hours, 1)} h ago" if hours is not None and hours < 0 else f"in {countdown_hours(hours)}"


def _quoted(value: float | None) -> str:
    return "none" if value is None else price(value)
