"""Candidates side by side: what each does, costs and is worth, and the terms that rank them."""

import math
from collections.abc import Sequence

from oracle_core.console.render.actions import named, resting, short
from oracle_core.console.render.fields import Node, notes, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, cents
from oracle_core.console.render.layout import section, sentence, table
from oracle_core.console.render.outlooks import worst_words

TERMS = ("execution", "carry", "edge", "risk", "capital")
RANKING = "Why this order: U is the sum of the terms, benefit = U - U of hold"


def candidate_sections(
    candidates: Sequence[Node], picked: Sequence[str], width: int, *, most: int | None = None
) -> list[str]:
    """The offered ones by rank, what is worth what, and the refused ones with their first reason.

    `most` of each are shown, with hold and what is picked whatever their rank; the others are counted.
    """
    offered = [item for item in candidates if text(item, "status") != "refused"]
    refused = [item for item in candidates if text(item, "status") == "refused"]
    shown = _first(offered, picked, most)
    reasons = [line for item in refused[:most] for line in _refusal(item, width)]
    return [
        *section(
            "Candidates (USD): least breach first, then most benefit",
            [*_offered(shown, picked, width), *_more(len(offered) - len(shown))],
        ),
        *section(RANKING, _terms(shown, width)),
        *section("Refused", [*reasons, *_more(0 if most is None else len(refused) - most)]),
        *section("For a person to do", [line for item in offered for line in told(item, width)]),
    ]


def figure_lines(candidate: Node, width: int) -> list[str]:
    """The figures that only its kind of action has."""
    cells = [
        [text(row, "name"), _figure(number(row, "value")), text(row, "unit")] for row in rows(candidate, "details")
    ]
    return table(cells, "<><", width) if cells else []


def _figure(value: float | None) -> str:
    """Cents, and three significant digits of what is smaller than one."""
    if value is None or not 0.0 < abs(value) < 1.0:
        return amount(value)
    return amount(value, min(2 - math.floor(math.log10(abs(value))), 6))


def told(candidate: Node, width: int) -> list[str]:
    """What a candidate asks of a person, where no order does it."""
    said = text(part(candidate, "instruction"), "text")
    return sentence(f"{text(candidate, 'label')} {said}", width) if said else []


def _first(offered: Sequence[Node], picked: Sequence[str], most: int | None) -> list[Node]:
    if most is None or len(offered) <= most:
        return list(offered)
    kept = {text(item, "id") for item in offered[:most]} | set(picked)
    return [item for item in offered if text(item, "id") in kept or text(item, "kind") == "hold"]


def _more(count: int) -> list[str]:
    return [f"  and {count:,} more: `oracle why-not` and `--format json` have all of them"] if count > 0 else []


def terms_in_cents(candidate: Node, hold: Node) -> tuple[list[float | None], float]:
    """The five terms and U as they are printed: they add up, and U less that of hold is the printed benefit."""
    terms = _raw(candidate)
    benefit = number(candidate, "benefit")
    total = sum(value for value in terms if value is not None)
    if hold and benefit is not None:
        rest = sum(value for value in _raw(hold) if value is not None)
        total = round(rest, 2) + round(benefit, 2)
    return cents(terms, total), round(total, 2)


def _raw(candidate: Node) -> list[float | None]:
    return [number(part(candidate, "terms"), name) for name in TERMS]


def _offered(candidates: Sequence[Node], picked: Sequence[str], width: int) -> list[str]:
    head = ["", "what", "cost", "benefit", "breach", "worst after"]
    cells = [head, *(_offered_row(item, text(item, "id") in picked) for item in candidates)]
    return table(cells, "<<>>>>", width)


def _offered_row(item: Node, picked: bool) -> list[str]:
    breach = number(item, "breach")
    return [
        f"{'→' if picked else ' '} {text(item, 'label')}{' cure' if text(item, 'status') == 'cure' else ''}",
        named(item),
        amount(number(part(item, "cost"), "total")),
        amount(number(item, "benefit")),
        amount(breach, 3) if breach else "none",
        amount(number(part(item, "after", "stress", "worst"), "pnl_usd")),
    ]


def _terms(candidates: Sequence[Node], width: int) -> list[str]:
    hold = resting({"candidates": candidates})
    head = ["", *TERMS, "U", "benefit"]
    return table([head, *(_terms_row(item, hold) for item in candidates)], "<>>>>>>>", width)


def _terms_row(item: Node, hold: Node) -> list[str]:
    terms, total = terms_in_cents(item, hold)
    name = "hold" if text(item, "kind") == "hold" else text(item, "label")
    return [name, *(amount(value) for value in terms), amount(total), amount(number(item, "benefit"))]


def _refusal(item: Node, width: int) -> list[str]:
    reasons = texts(item, "reasons") or ["no reason is given"]
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return sentence(f"{text(item, 'label')} {short(item)}: {reasons[0]}{more}", width)


def candidates_text(document: Node, width: int) -> list[str]:
    """`oracle.candidates/1`."""
    title = f"Candidates · strategy {text(document, 'strategy')} · persona {text(document, 'persona')}"
    found = rows(document, "candidates")
    now = worst_words(part(found[0], "before")) if found else "unknown"
    return [
        title,
        f"  as of {text(document, 'as_of')} · worst stress now {now}",
        *candidate_sections(found, (), width),
        *section("Left out", [line for item in notes(document, "left_out") for line in sentence(item, width)]),
    ]
