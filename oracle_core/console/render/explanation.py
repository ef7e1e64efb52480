"""`oracle.explanation/1` and `oracle.why_not/1`: why a candidate stands where it stands, or what a word means."""

from oracle_core.console.render.actions import short, trade
from oracle_core.console.render.candidates import TERMS, figure_lines
from oracle_core.console.render.fields import Node, flag, notes, number, part, rows, text, texts
from oracle_core.console.render.figures import UNKNOWN, amount, cents
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table
from oracle_core.console.render.occasions import silent, why_now
from oracle_core.console.render.rails import rail_lines


def explanation(document: Node, width: int) -> list[str]:
    """A candidate term by term and limit by limit, or a term of the glossary."""
    if text(document, "text"):
        return _entry(document, width)
    candidate = part(document, "candidate")
    coin = text(candidate, "coin")
    legs = [line for leg in rows(candidate, "legs") for line in sentence(trade(leg, coin), width)]
    verdict = part(document, "verdict")
    return [
        banner(document, f"why {text(candidate, 'label')} of cycle {text(document, 'cycle_id')}"),
        *(legs or sentence(short(candidate), width)),
        *sentence(_standing(document, candidate), width),
        *section("Why now", why_now(document, width)),
        *section("Triggers that could not speak", silent(document, width)),
        *section("The way of this decision", bullets(texts(document, "way"), width)),
        *section("Figures of this kind of action", figure_lines(candidate, width)),
        *section("Noted", bullets(texts(candidate, "notes"), width)),
        *section("The terms (USD over the horizon)", _terms(document, width)),
        *section("Limits of the persona", _limits(document, width)),
        *section("Guardrails on the plan of the cycle", rail_lines(verdict, width)),
        *section("Rests on", bullets(texts(document, "assumptions"), width)),
    ]


def why_not(document: Node, width: int) -> list[str]:
    """Every candidate with why it lost and what would change it."""
    return [
        banner(document, f"why not, cycle {text(document, 'cycle_id')}"),
        *(line for row in rows(document, "rows") for line in ["", *_row(row, width)]),
        *section("Left out before they were weighed", bullets(notes(document, "left_out"), width)),
    ]


def _entry(document: Node, width: int) -> list[str]:
    also = texts(document, "also")
    details = {"formula": text(document, "formula"), "source": text(document, "source"), "also": ", ".join(also)}
    return [
        text(document, "term", text(document, "subject")),
        *sentence(text(document, "text"), width, hang=""),
        *(line for name, said in details.items() if said for line in sentence(f"{name}: {said}", width)),
    ]


def _standing(document: Node, candidate: Node) -> str:
    picked = "chosen" if flag(document, "chosen") else "not chosen"
    breach = number(candidate, "breach")
    left = f"it leaves a breach of {amount(breach, 3)}" if breach else "it leaves no limit breached"
    reasons = "; ".join(texts(candidate, "reasons"))
    said = [f"{text(candidate, 'status')}, {picked}", f"benefit {amount(number(candidate, 'benefit'))} USD", left]
    return "; ".join([*said, reasons] if reasons else said)


def _terms(document: Node, width: int) -> list[str]:
    found = {text(row, "term"): row for row in rows(document, "terms")}
    named = [found[name] for name in TERMS if name in found]
    mine, hold = ([number(row, key) for row in named] for key in ("usd", "hold_usd"))
    benefit = number(part(document, "candidate"), "benefit") or 0.0
    rest = round(sum(value for value in hold if value is not None), 2)
    total = rest + round(benefit, 2)
    cells = [["", "this", "hold"]]
    for row, value, other in zip(named, cents(mine, total), cents(hold, rest), strict=True):
        cells.append([text(row, "term"), amount(value), amount(other)])
    cells += [["U", amount(total), amount(rest)], ["benefit, U - U of hold", amount(benefit), ""]]
    how = [f"{text(row, 'term')} = {text(row, 'formula')}; {text(row, 'inputs')}" for row in named]
    return [*table(cells, "<>>", width), "", *(line for item in how for line in sentence(item, width))]


def _limits(document: Node, width: int) -> list[str]:
    cells = [["", "before", "after", "limit", ""]]
    for row in rows(document, "limits"):
        sense = ">=" if text(row, "sense") == "floor" else "<="
        cells.append(
            [
                text(row, "limit"),
                amount(number(row, "before"), absent=UNKNOWN),
                amount(number(row, "after"), absent=UNKNOWN),
                f"{sense} {amount(number(row, 'bound'))}",
                _state(row),
            ]
        )
    return table(cells, "<>>><", width) if len(cells) > 1 else []


def _state(row: Node) -> str:
    if flag(row, "binds"):
        return "binds: it would be worse"
    was, will = number(row, "breach_before") or 0.0, number(row, "breach_after") or 0.0
    if will:
        return "breached, and no worse" if will >= was else "breached, and better"
    return "cured" if was else ""


def _row(row: Node, width: int) -> list[str]:
    mark = ", chosen" if flag(row, "chosen") else ""
    worth = f"benefit {amount(number(row, 'benefit'))} USD"
    head = f"{text(row, 'label')} {short(row)} ({text(row, 'status')}{mark}; {worth})"
    why = [f"because {reason}" for reason in texts(row, "reasons")]
    needs = [f"would need {need}" for need in texts(row, "would_need") if not need.startswith("lift: ")]
    return [*sentence(head, width, indent=""), *(line for item in (*why, *needs) for line in sentence(item, width))]
