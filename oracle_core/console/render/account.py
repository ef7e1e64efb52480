"""The paper account and what a person did with it: positions, approval, rejection, trading state."""

from oracle_core.console.render.fields import Node, flag, moment, number, part, rows, text
from oracle_core.console.render.figures import amount, at, cents, percent, price, signed
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import section, sentence, table
from oracle_core.console.render.outlooks import UNITS, greek_lines
from oracle_core.domain.instrument import DOLLARS


def positions(document: Node, width: int) -> list[str]:
    """`oracle.positions/1`."""
    held, orders = rows(document, "positions"), rows(document, "open_orders")
    equity = part(document, "equity")
    money = ", ".join(f"{amount(number(equity, name), 2 if name in DOLLARS else 6)} {name}" for name in equity)
    head = [banner(document, "positions"), f"  the desk is {text(document, 'trading_state', 'active')}"]
    if not text(document, "account"):
        return [*head, "  no paper account yet: the first `oracle approve` opens one from the book of its cycle"]
    cells = [["venue", "instrument", "contracts", "entry price", "entry vol"], *map(_position, held)]
    working = [["venue", "instrument", "contracts", "price"], *map(_order, orders)]
    return [
        *head,
        f"  account {text(document, 'account')} · equity {money}",
        *section("Positions", table(cells, "<<>>>", width) if held else ["  none"]),
        *section("Working orders", table(working, "<<>>", width) if orders else ["  none"]),
    ]


def approval(document: Node, width: int) -> list[str]:
    """`oracle.approval/1`."""
    refused = text(document, "refused_because")
    said = f"REFUSED: {refused}" if refused else _done(document)
    fills = [["venue", "instrument", "contracts", "price", "fee", ""], *map(_fill, rows(document, "fills"))]
    before, after = ({"coins": part(document, f"exposures_{when}")} for when in ("before", "after"))
    return [
        banner(document, "approval"),
        *sentence(f"cycle {text(document, 'cycle_id')} · plan {text(document, 'plan_hash')[:12]}", width),
        *sentence(said, width),
        *section("Fills", table(fills, "<<>>><", width) if len(fills) > 1 else []),
        *section("Cost (USD)", _costs(document)),
        *section(f"Greeks ({UNITS})", greek_lines(before, after, width, was="before")),
    ]


def rejection(document: Node, width: int) -> list[str]:
    """`oracle.rejection/1`."""
    why = text(document, "why")
    said = f"cycle {text(document, 'cycle_id')} is rejected by {text(document, 'actor')}{f': {why}' if why else ''}"
    return [banner(document, "rejection"), *sentence(said, width)]


def trading_state(document: Node, width: int) -> list[str]:
    """`oracle.state/1`."""
    state = text(document, "trading_state")
    why = text(document, "why")
    said = f"the desk is {state} since {at(moment(document, 'since'), seconds=True)}{f' ({why})' if why else ''}"
    left = "no new order leaves; `oracle resume` lifts it" if state == "halted" else ""
    return [banner(document), *sentence(said, width), *(sentence(left, width) if left else [])]


def _position(row: Node) -> list[str]:
    volatility = number(row, "entry_iv")
    return [
        text(row, "venue"),
        text(row, "symbol"),
        signed(number(row, "contracts")),
        amount(number(row, "entry_price"), absent=""),
        "" if volatility is None else percent(100.0 * volatility),
    ]


def _order(row: Node) -> list[str]:
    return [text(row, "venue"), text(row, "symbol"), signed(number(row, "contracts")), price(number(row, "price"))]


def _fill(row: Node) -> list[str]:
    return [
        text(row, "venue"),
        text(row, "symbol"),
        signed(number(row, "contracts")),
        price(number(row, "price")),
        amount(number(row, "fee"), 6),
        text(row, "fee_currency"),
    ]


def _done(document: Node) -> str:
    stopped = text(document, "stopped")
    if stopped:
        return f"STOPPED: {stopped}; what was filled is below"
    states = [text(order, "status") for order in rows(document, "orders")]
    whole = "filled" if flag(document, "complete") else "not complete"
    counted = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    return f"approved and {whole}: {counted or 'no order was needed'}"


def _costs(document: Node) -> list[str]:
    actual = part(document, "actual_cost")
    total, expected = number(actual, "total"), number(part(document, "expected_cost"), "total")
    if total is None:
        return []
    fee, spread = cents([number(actual, "fee"), number(actual, "spread_and_slippage")], total)
    said = f"  fee {amount(fee)} + spread and slippage {amount(spread)} = {amount(total)}"
    return [f"{said}; expected {amount(expected)}"] if expected is not None else [said]
