"""A finished run as text: `oracle.simulation/1` for programs, a table of its steps for spreadsheets."""

from oracle_core.domain.canonical import Json, instant, to_json
from oracle_core.simulation.bars import at
from oracle_core.simulation.result import Result, Step

SCHEMA = "oracle.simulation/1"


def document(result: Result) -> dict[str, Json]:
    """Everything but the steps, ready for JSON; `steps` is in the table."""
    times = result.curve.time_ms
    return {
        "schema": SCHEMA, "mode": "simulated, not financial advice", "result_hash": result.hash,
        "candles_hash": result.bars_hash, "from": instant(at(int(times[0]))), "to": instant(at(int(times[-1]))),
        "candles": len(times), "checks": len(result.steps), "scenario": _scenario(result),
        "pnl_usd": {**_named(result.split), "total": result.split.total, "main_driver": result.split.main_driver},
        "options_pnl_explained_usd": _named(result.attribution), "metrics": to_json(result.metrics),
        "days": to_json(result.days), "warnings": to_json(result.warnings), "assumptions": to_json(result.assumptions),
    }  # fmt: skip


def step_table(result: Result) -> str:
    """CSV with a header, one row a check; every number reads back to the same float."""
    lines = [",".join(("time", *Step._fields[1:]))]
    for step in result.steps:
        values = ("" if value is None else repr(value) for value in step[1:])
        lines.append(",".join((instant(at(step.time_ms)), *values)))
    return "\n".join(lines) + "\n"


def _scenario(result: Result) -> dict[str, Json]:
    # A funding history may be years long; the run's own hash covers it.
    funding = result.scenario.funding
    plain = to_json(result.scenario)
    assert isinstance(plain, dict)
    shown: dict[str, Json] = {
        "constant": funding.constant, "interval_hours": funding.interval_hours, "rates_given": len(funding.history)
    }  # fmt: skip
    return {**plain, "funding": shown}


def _named(parts: tuple[float, ...]) -> dict[str, Json]:
    plain = to_json(parts)
    assert isinstance(plain, dict)
    return {str(name): value for name, value in plain.items()}
