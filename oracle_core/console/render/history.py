"""What happened: replay, the journal and its proof, and a simulated run."""

from oracle_core.console.render.fields import Node, flag, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, at, cents, exact, percent
from oracle_core.console.render.layout import bullets, section, sentence, table

SUBJECTS = ("cycle_id", "client_id", "plan_hash", "name", "reason", "why", "trading_state")

UNITS = {
    "trades": "", "daily_skew": "", "daily_kurtosis": "", "sharpe": "", "hedged_daily_variance": "USD²",
    "unhedged_daily_variance": "USD²", "variance_reduction": "%", "realised_vol": "% a year",
    "implied_vol": "% a year",
}  # fmt: skip
"""What a measure of a run is counted in; USD where none is named."""


def replay(document: Node, width: int) -> list[str]:
    """`oracle.replay/1`."""
    cycle = text(document, "cycle_id")
    same = "same decision, to the byte" if flag(document, "same_decision") else "ANOTHER DECISION"
    numbers = "every number the same to 1e-9" if flag(document, "same_numbers") else "some numbers differ"
    largest = exact(number(document, "largest_difference"))
    return [
        f"Replay of cycle {cycle}",
        *sentence(f"{same}; {numbers}, largest difference {largest}", width),
        *bullets(texts(document, "differences"), width),
    ]


def journal(document: Node, width: int) -> list[str]:
    """`oracle.journal/1`."""
    cells = [["#", "at", "what", "hash", "of"], *map(_entry, rows(document, "entries"))]
    if len(cells) == 1:
        return ["Journal", *sentence(f"empty: {text(document, 'path')}", width)]
    return [f"Journal, newest last: {text(document, 'path')}", *table(cells, "><<<<", width)]


def verification(document: Node, width: int) -> list[str]:
    """`oracle.verification/1`."""
    if flag(document, "ok"):
        entries, blobs = exact(number(document, "entries")), exact(number(document, "blobs"))
        said = f"intact: {entries} entries, {blobs} blobs, head {text(document, 'head', 'none')}"
    else:
        said = f"BROKEN at entry {exact(number(document, 'first_broken'))}: {text(document, 'why')}"
    return [f"Journal {text(document, 'path')}", *sentence(said, width)]


def simulation(document: Node, width: int) -> list[str]:
    """`oracle.simulation/1`."""
    pnl = part(document, "pnl_usd")
    total = number(pnl, "total") or 0.0
    names = [name for name in pnl if number(pnl, name) is not None and name != "total"]
    split = zip(names, cents([number(pnl, name) for name in names], total), strict=True)
    said = [[name.replace("_", " "), amount(value)] for name, value in split]
    metrics = part(document, "metrics")
    measured = [name for name in metrics if number(metrics, name) is not None and name != "total"]
    scenario = part(document, "scenario")
    driver = text(pnl, "main_driver").replace("_", " ")
    days = sorted(rows(document, "days"), key=lambda row: number(row, "pnl_usd") or 0.0)
    worst = [f"  worst day {text(days[0], 'date')}: {amount(number(days[0], 'pnl_usd'))} USD"] if days else []
    return [
        f"ORACLE CORE · {text(document, 'mode', 'simulated, not financial advice')}",
        f"  {at(moment(document, 'from'))} to {at(moment(document, 'to'))} · {text(document, 'checks')} checks",
        *sentence(_scenario(scenario, document), width),
        *section(
            "P&L (USD)", [*table([*said, ["total", amount(total)]], "<>", width), f"  main driver: {driver}", *worst]
        ),
        *section("Measures", table([_measure(name, metrics) for name in measured], "<><", width)),
        *section("Against what was expected (USD a day)", _shortfall(part(document, "shortfall"))),
        *section("Written", [f"  {path}" for path in texts(document, "written")]),
        *section("Assumptions", bullets(_assumptions(document), width)),
        f"  result {text(document, 'result_hash')[:16]}, candles {text(document, 'candles_hash')[:16]}",
    ]


def _shortfall(found: Node) -> list[str]:
    """The gap as the sum of its parts; nothing where nothing was compared."""
    gap, share = number(found, "gap"), number(found, "share")
    if gap is None:
        return []
    names = ("fee", "slippage", "volatility", "other")
    parts = zip(names, cents([number(found, name) for name in names], gap), strict=True)
    said = f", {amount(100.0 * share, 1)} % of it" if share is not None else ""
    expected, came = (amount(number(found, name)) for name in ("expected", "actual"))
    return [
        f"  expected {expected}, came {came}: short by {amount(gap)}{said}",
        "  " + " + ".join(f"{name} {amount(value)}" for name, value in parts) + f" = {amount(gap)}",
    ]


def _entry(row: Node) -> list[str]:
    body = part(row, "body")
    subject = next((f"{key.replace('_', ' ')} {text(body, key)[:20]}" for key in SUBJECTS if text(body, key)), "")
    return [
        exact(number(row, "seq")),
        at(moment(row, "at"), seconds=True),
        text(row, "kind").replace("_", " "),
        text(row, "hash")[:12],
        subject,
    ]


def _scenario(scenario: Node, document: Node) -> str:
    volatility = number(scenario, "implied_vol")
    structure = text(scenario, "structure").replace("_", " ")
    said = [
        f"{structure} of {exact(number(scenario, 'contracts'))} {text(scenario, 'coin')}",
        f"implied {percent(None if volatility is None else 100.0 * volatility)}",
        f"strategy {text(document, 'strategy')}",
        f"persona {text(document, 'persona')}",
    ]
    return " · ".join(said)


def _measure(name: str, metrics: Node) -> list[str]:
    unit, value = UNITS.get(name, "USD"), number(metrics, name)
    scaled = 100.0 * value if value is not None and unit.startswith("%") else value
    return [name.replace("_", " "), exact(scaled) if name == "trades" else amount(scaled), unit]


def _assumptions(document: Node) -> list[str]:
    marks = {True: " (favours the strategy)", False: ""}
    return [text(row, "text") + marks[flag(row, "favours_strategy")] for row in rows(document, "assumptions")]
