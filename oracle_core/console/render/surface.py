"""`oracle.surface/1`: the smile and term structure of a market's options, and how well they fit."""

from oracle_core.console.render.fields import Node, flag, moment, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, at, exact, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

HEAD = ["expiry", "days", "forward", "at money", "skew", "25d RR", "25d fly", "quotes", "inside", "fit, points"]


def surface(document: Node, width: int) -> list[str]:
    """A table for each coin, its fit in a sentence, and where the picture lies."""
    picture = text(document, "picture")
    return [
        banner(document, "volatility surface"),
        f"  {at(moment(document, 'as_of'))} · volatilities in per cent; risk reversal, butterfly and fit in points",
        *(line for coin, found in parts(document, "coins") for line in _coin(coin, found, width)),
        *section("Written", [f"  {picture}"] if picture else []),
    ]


def _coin(coin: str, found: Node, width: int) -> list[str]:
    expiries = rows(found, "expiries")
    notes = [f"{text(row, 'expiry')[:10]}: {note}" for row in expiries for note in texts(row, "notes")]
    title = f"{coin}, index {amount(number(found, 'index_usd'))} USD"
    cells = [HEAD, *map(_expiry, expiries)]
    return section(
        title, [*table(cells, "<>>>>>>>>>", width), *sentence(_fit(part(found, "fit")), width), *bullets(notes, width)]
    )


def _fit(fit: Node) -> str:
    arbitrage = [
        f"{'no' if flag(fit, key) else 'SOME'} {name} arbitrage"
        for key, name in (("butterfly_free", "butterfly"), ("calendar_free", "calendar"))
    ]
    share = number(fit, "inside_share")
    inside = "" if share is None else f", {percent(100.0 * share, 0)} inside bid and ask"
    off = amount(number(fit, "weighted_rmse_points"), 2)
    count = number(fit, "quotes")
    off = f"{exact(count)} quote{'' if count == 1.0 else 's'}, off by {off} points, tight quotes weighing more{inside}"
    return "; ".join([off, *arbitrage])


def _expiry(row: Node) -> list[str]:
    reversal, fly = (number(row, key) for key in ("risk_reversal", "butterfly"))
    fit, share = part(row, "fit"), number(part(row, "fit"), "inside_share")
    volatility = number(row, "atm_vol")
    return [
        text(row, "expiry")[:10],
        amount(number(row, "days"), 1),
        amount(number(row, "forward")),
        percent(None if volatility is None else 100.0 * volatility, 2),
        amount(number(row, "skew"), 3),
        amount(None if reversal is None else 100.0 * reversal, sign=True),
        amount(None if fly is None else 100.0 * fly, sign=True),
        exact(number(fit, "quotes")),
        percent(None if share is None else 100.0 * share, 0),
        amount(number(fit, "weighted_rmse_points"), 2),
    ]
