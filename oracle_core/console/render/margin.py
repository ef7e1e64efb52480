"""`oracle.margin/1`: pools, their worst move, and their legs."""

from oracle_core.console.render.fields import Node, flag, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import UNKNOWN, amount, at, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table
from oracle_core.console.render.outlooks import liquidated_at


def margin(document: Node, width: int) -> list[str]:
    """The page."""
    limits = part(document, "limits")
    use, distance = (number(limits, key) for key in ("margin_use_pct", "liquidation_distance_pct_min"))
    head = (
        f"{text(document, 'account')} · {at(moment(document, 'as_of'))} · persona {text(document, 'persona')}: "
        f"margin use to {percent(use, 0)}, liquidation distance from {percent(distance, 0)}"
    )
    pools, shares = rows(document, "pools"), part(document, "venue_share_pct")
    told = [f"{text(row, 'pool')}: {rule}" for row in pools for rule in texts(row, "rules")]
    told += [_collateral(row) for row in pools if number(row, "collateral_ratio_pct") is not None]
    told += [f"{text(row, 'pool')} is unknown: {why}" for row in pools for why in texts(row, "unknown")]
    venues = " · ".join(f"{venue} {percent(number(shares, venue))}" for venue in shares)
    return [
        banner(document, "margin"),
        *sentence(head, width),
        *section("Pools (USD)", [*_pools(pools, width), *bullets(told, width)]),
        *section("Equity by venue", [f"  {venues}"] if venues else []),
        *section(
            "Survival: all coins of a pool together, the worse side, volatility unchanged", _survival(document, width)
        ),
        *section(
            "Legs: in the pool, and alone with their share of its equity by initial margin", _legs(document, width)
        ),
    ]


def _pools(found: list[Node], width: int) -> list[str]:
    cells = [["", "equity", "initial", "use", "maintenance", "ratio", "headroom", "liquidated at", "distance"]]
    for row in found:
        cells.append([
            text(row, "pool"), _whole(row, "equity_usd"), _whole(row, "initial_usd"),
            percent(number(row, "margin_use_pct")), _whole(row, "maintenance_usd"),
            percent(number(row, "margin_ratio_pct")), _whole(row, "headroom_usd"),
            liquidated_at(row), percent(number(row, "liquidation_distance_pct")),
        ])  # fmt: skip
    return table(cells, "<>>>>>>>>", width) if found else []


def _collateral(row: Node) -> str:
    said = f"{text(row, 'pool')}: collateral is {percent(number(row, 'collateral_ratio_pct'))} of gross exposure"
    least = number(row, "collateral_ratio_pct_min")
    if least is None:
        return said
    short = ": SHORT, so positions there may only be reduced" if flag(row, "under_collateralised") else ""
    return f"{said}, at least {percent(least)} is asked for{short}"


def _survival(document: Node, width: int) -> list[str]:
    found = rows(document, "survival")
    cells = [["", "move", "survives", "shortfall", "equity then", "maintenance then"]]
    for row in found:
        known = row.get("survives") is not None
        cells.append([
            text(row, "pool"), percent(number(row, "move_pct"), 0, sign=known),
            ("yes" if flag(row, "survives") else "NO") if known else UNKNOWN,
            *(_whole(row, key) for key in ("shortfall_usd", "equity_usd", "maintenance_usd")),
        ])  # fmt: skip
    return table(cells, "<><>>>", width) if found else []


def _legs(document: Node, width: int) -> list[str]:
    found = rows(document, "legs")
    cells = [["", "P&L", "ROE pool", "distance", "alone: leverage", "ROE", "distance", "survives"]]
    for row in found:
        move = percent(number(row, "move_pct"), 0)
        cells.append([
            f"{text(row, 'venue')} {text(row, 'symbol')}", _whole(row, "pnl_usd"),
            percent(number(row, "cross_roe_pct"), sign=True), _distance(row, "cross_distance_pct"),
            f"{amount(number(row, 'isolated_leverage'), 2)}x", percent(number(row, "isolated_roe_pct"), sign=True),
            _distance(row, "isolated_distance_pct"), f"{move} {'yes' if flag(row, 'survives') else 'NO'}",
        ])  # fmt: skip
    return table(cells, "<>>>>>>>", width) if found else []


def _whole(row: Node, key: str) -> str:
    return amount(number(row, key), 0, absent=UNKNOWN)


def _distance(row: Node, key: str) -> str:
    return "none" if number(row, key) is None else percent(number(row, key))
