"""What was expected against what came: the gap a day, and what made it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from oracle_core.simulation.document import SCHEMA
from oracle_core.strict_json import is_object

SECONDS_A_DAY = 86_400.0


class Pace(NamedTuple):
    """P&L in USD a day, + earned, and the parts of it that can be told apart.

    slippage: half-spread and slippage.  volatility: the options' gamma and theta together.
    """

    total: float
    fee: float
    slippage: float
    volatility: float


class Shortfall(NamedTuple):
    """A gap in USD a day (expected less actual) and its parts; share is a fraction of what was expected.

    other: what fee, slippage and volatility leave.  share is None where nothing was to be earned.
    """

    expected: float
    actual: float
    gap: float
    share: float | None
    fee: float
    slippage: float
    volatility: float
    other: float


def shortfall(expected: Pace, actual: Pace) -> Shortfall:
    """The gap between two paces, split; the parts sum to it.

    >>> found = shortfall(Pace(50.0, -4.0, -6.0, 55.0), Pace(20.0, -9.0, -14.0, 40.0))
    >>> found.gap, round(found.share or 0.0, 9), (found.fee, found.slippage, found.volatility, found.other)
    (30.0, 0.6, (5.0, 8.0, 15.0, 2.0))
    """
    parts = [was - came for was, came in zip(expected[1:], actual[1:], strict=True)]
    gap = expected.total - actual.total
    return Shortfall(
        expected=expected.total, actual=actual.total, gap=gap,
        share=gap / expected.total if expected.total > 0.0 else None,
        fee=parts[0], slippage=parts[1], volatility=parts[2], other=gap - sum(parts),
    )  # fmt: skip


def pace(run: Mapping[str, object]) -> Pace:
    """The pace of an `oracle.simulation/1` document.

    Raises: ValueError: it is no such document; the text names what is missing.
    """
    if run.get("schema") != SCHEMA:
        raise ValueError(f"`schema` is {run.get('schema')!r}, expected `{SCHEMA}`")
    earned, greeks = _numbers(run, "pnl_usd"), _numbers(run, "options_pnl_explained_usd")
    span = datetime.fromisoformat(str(run["to"])) - datetime.fromisoformat(str(run["from"]))
    days = span.total_seconds() / SECONDS_A_DAY
    if days <= 0.0:
        raise ValueError(f"`to` is not after `from`: {run['from']} to {run['to']}")
    try:
        parts = (
            earned["total"], earned["fees"], earned["spread"] + earned["slippage"], greeks["gamma"] + greeks["theta"]
        )  # fmt: skip
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing
    return Pace(*(part / days for part in parts))


def _numbers(run: Mapping[str, object], key: str) -> dict[str, float]:
    found = run.get(key)
    if not is_object(found):
        raise ValueError(f"`{key}` is missing")
    return {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
