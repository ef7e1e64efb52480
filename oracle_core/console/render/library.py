"""Strategies, personas, funding and the doctor's findings as tables and sentences."""

from oracle_core.console.render.fields import Node, flag, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import ABSENT, amount, at, exact, percent, signed
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import section, sentence, table


def strategies(document: Node, width: int) -> list[str]:
    """`oracle.strategies/1`."""
    lines = ["Strategies"]
    for row in rows(document, "rows"):
        mark = "" if text(row, "status") == "active" else f" ({text(row, 'status')})"
        hours = number(row, "horizon_hours")
        horizon = "" if hours is None else f", {exact(hours)} h"
        lines += sentence(f"{text(row, 'name')}{mark}{horizon}: {text(row, 'summary')}", width)
    return lines


def strategy_view(document: Node, width: int) -> list[str]:
    """`oracle.strategy_view/1`."""
    status = text(document, "status")
    title = f"Strategy {text(document, 'name')}" + (f" ({status})" if status not in ("", "active") else "")
    said = texts(document, "sentences") or [text(document, "rule")]
    guidance = text(part(document, "file"), "guidance")
    return [
        title,
        *(line for item in said for line in sentence(item, width, hang="")),
        *section("Guidance for the model, which only advises", sentence(guidance, width, hang="") if guidance else []),
    ]


def personas(document: Node, width: int) -> list[str]:
    """`oracle.personas/1`."""
    cells = [["", "persona", "objective", "strategies"]]
    for row in rows(document, "rows"):
        weights = part(row, "strategy_weights")
        named = ", ".join(f"{name} {exact(number(weights, name))}" for name in weights)
        cells.append([exact(number(row, "rank")), text(row, "name"), text(row, "objective"), named])
    return ["Personas, from the most cautious on", *table(cells, "><<<", width)]


def persona_view(document: Node, width: int) -> list[str]:
    """`oracle.persona_view/1`."""
    found = rows(document, "rows")
    groups = dict.fromkeys(text(row, "group") for row in found)
    lines = [f"Persona {text(document, 'name')}"]
    for group in groups:
        cells = [[text(row, "name"), _value(row), text(row, "unit")] for row in found if text(row, "group") == group]
        lines += section(group.capitalize() or "Numbers", table(cells, "<><", width))
    guidance = text(part(document, "file"), "guidance")
    return [*lines, *section("Guidance", sentence(guidance, width, hang="") if guidance else [])]


def validation(document: Node, width: int) -> list[str]:
    """`oracle.validation/1`."""
    state = "sound" if flag(document, "ok") else "NOT SOUND"
    return sentence(
        f"{text(document, 'kind')} {text(document, 'name')} is {state}: {text(document, 'path')}", width, indent=""
    )


def legacy_import(document: Node, width: int) -> list[str]:
    """`oracle.legacy_import/1`."""
    bound = " (for advice only: something was left out)" if flag(document, "advise_only") else ""
    lines = [
        f"{text(document, 'kind').capitalize()} {text(document, 'name')} written to {text(document, 'path')}{bound}"
    ]
    for row in rows(document, "rows"):
        was = text(row, "value")
        lines += sentence(f"{text(row, 'key')}{f' = {was}' if was else ''} → {text(row, 'became')}", width)
    return lines


def funding(document: Node, width: int) -> list[str]:
    """`oracle.funding/1`."""
    head = ["venue", "perpetual", "rate", "every", "a year, simple", "next, UTC", "held", "USD/day", "USD/week"]
    cells = [head, *map(_funding, rows(document, "rows"))]
    return [
        banner(document, "funding"),
        f"  {at(moment(document, 'as_of'))} · a rate above 0 is paid by longs; the week fades to a mean of 0",
        "",
        *(table(cells, "<<>>>>>>>", width) if len(cells) > 1 else ["  no perpetual in this market"]),
    ]


def doctor(document: Node, width: int) -> list[str]:
    """`oracle.doctor/1`."""
    lines = [f"Oracle Core {text(document, 'version')}, mode {text(document, 'mode', 'paper')}"]
    for row in rows(document, "checks"):
        good = flag(row, "ok")
        lines += sentence(f"{'ok  ' if good else 'FAIL'} {text(row, 'name')}: {text(row, 'detail')}", width)
        lines += (
            [] if good or not text(row, "hint") else sentence(f"hint: {text(row, 'hint')}", width, indent="       ")
        )
    return lines


def _value(row: Node) -> str:
    value = number(row, "value")
    return text(row, "value") if value is None else exact(value)


def _funding(row: Node) -> list[str]:
    rate, year, hours = (number(row, key) for key in ("funding_rate", "annual_simple", "interval_hours"))
    when = moment(row, "next_funding_at")
    return [
        text(row, "venue"),
        text(row, "symbol"),
        ABSENT if rate is None else percent(100.0 * rate, 4, sign=True),
        "" if hours is None else f"{exact(hours)} h",
        "" if year is None else percent(100.0 * year, 2, sign=True),
        "" if when is None else f"{when:%m-%d %H:%M}",
        signed(number(row, "contracts")),
        amount(number(row, "usd_per_day"), sign=True),
        amount(number(row, "usd_over_week"), sign=True),
    ]
