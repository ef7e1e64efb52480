"""The versioned JSON that commands print: what users, tests and other tools rely on."""

from oracle_core.agent.ending import MEANING, Ending
from oracle_core.desk.wording import spoken
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.exposure import Exposure, Outlook
from oracle_core.domain.hedge import CandidateAction, Recommendation
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.verdict import Verdict
from oracle_core.risk.bleed import break_evens
from oracle_core.risk.exposures import exposure_slices, held_exposures
from oracle_core.risk.stress import stress_cells, stress_pnl, worst_cell
from oracle_core.risk.view import BookView

Document = dict[str, Json]


def exposures_document(view: BookView) -> Document:
    """`oracle.exposures/1`: the held book per coin, venue, pool, expiry and position, with its stress grid."""
    cells = stress_cells(stress_pnl(view, view.effective))
    slices = exposure_slices(view)
    return {
        "schema": "oracle.exposures/1",
        "as_of": to_json(view.market.as_of),
        "account": view.portfolio.name,
        "numeraire": view.portfolio.numeraire.value,
        "equity_usd": view.equity_usd,
        "coins": {found.coin: _coin(view, found) for found in held_exposures(view)},
        **{
            f"by_{by}": {label: {item.coin: exposure_row(item) for item in found} for label, found in parts.items()}
            for by, parts in slices.items()
        },
        "stress": {"cells": to_json(cells), "worst": to_json(worst_cell(cells))},
        "break_even": [to_json(found) for found in break_evens(view)],
        "notes": sorted({note for given in view.table.inputs for note in given.notes}),
        "assumptions": list(assumptions(view)),
    }


def recommendation_document(record: CycleRecord) -> Document:
    """`oracle.recommendation/1`: every candidate with cost, terms and outlooks, what was chosen, how it was ruled."""
    found = record.recommendation
    return {
        "schema": "oracle.recommendation/1",
        "cycle_id": record.cycle_id,
        "as_of": to_json(found.as_of),
        "reason": record.reason,
        "mode": "paper",
        "account": found.account,
        "horizon_hours": found.horizon_hours,
        "prices": to_json(found.prices),
        "expiries": to_json(found.expiries),
        "strategy": found.strategy,
        "persona": found.persona,
        "occasions": to_json(found.occasions),
        "advisor": _advisor(found),
        "chosen": list(found.chosen),
        "picks": to_json(found.picks),
        "candidates": [candidate_document(action) for action in found.candidates],
        "cost": to_json(found.cost),
        "after": outlook_document(found.outlook),
        "risks": to_json(found.risks),
        "verdict": verdict_document(record.verdict),
        "plan": None if record.plan is None else {**_object(record.plan), "hash": record.plan.hash},
        "data_ages": to_json(found.data_ages),
        "left_out": to_json(found.left_out),
        "assumptions": list(found.assumptions),
        "versions": to_json(record.versions),
        "inputs": to_json(record.inputs),
    }


def _advisor(advised: Recommendation) -> Document:
    """Who chose; a reason why it was not who was asked comes with what it means, prose with its figures."""
    note = advised.advisor
    shown: Document = {key: value for key, value in _object(note).items() if value not in (None, [], False)}
    if note.fallback_reason in set(Ending):
        shown["fallback_meaning"] = MEANING[Ending(note.fallback_reason)]
    if said := spoken(advised):
        shown["said"] = said
    return shown


def candidate_document(action: CandidateAction) -> Document:
    """One candidate, with the label that commands take beside its id."""
    plain = _object(action)
    shown: Document = {**plain, "label": action.label, "notional_usd": action.notional_usd}
    shown["before"], shown["after"] = outlook_document(action.before), outlook_document(action.after)
    return shown


def outlook_document(outlook: Outlook) -> Document:
    """Exposure per coin, stress, margin per pool and the measures that limits bind."""
    return {
        "equity_usd": outlook.equity_usd,
        "coins": {item.coin: exposure_row(item) for item in outlook.exposures},
        "stress": {"cells": to_json(outlook.stress), "worst": to_json(outlook.worst)},
        "pools": to_json(outlook.pools),
        "measures": to_json(outlook.measures),
    }


def verdict_document(verdict: Verdict) -> Document:
    """The ruling, how much of the plan it leaves, and every finding."""
    return {"ruling": verdict.ruling.value, "scale": verdict.scale, "findings": to_json(verdict.findings)}


def exposure_row(item: Exposure) -> Document:
    """One exposure without the coin's name, which is its key; `effective_delta` counts working orders as filled."""
    return {
        **{key: value for key, value in _object(item).items() if key != "coin"},
        "effective_delta": item.effective_delta,
    }


def rate_assumption(market: MarketSnapshot) -> str:
    """The interest rate that options were priced with."""
    return f"interest rate {100.0 * market.interest_rate:g} %, dividends none: options are priced on their forward"


def assumptions(view: BookView) -> tuple[str, ...]:
    """What every figure of a view rests on."""
    counted = "coin equity counts as delta" if view.portfolio.numeraire is Numeraire.USD else "coin equity is not delta"
    return (
        rate_assumption(view.market),
        f"numeraire {view.portfolio.numeraire.value}: {counted}",
        "one USDC or USDT counts as one USD",
    )


def _coin(view: BookView, found: Exposure) -> Document:
    equity = view.portfolio.coin_equity(found.coin)
    without = found.net_delta - found.collateral_delta
    return {
        **exposure_row(found),
        "index_usd": view.index[found.coin],
        "net_delta_if_numeraire_usd": without + equity,
        "net_delta_if_numeraire_coin": without,
    }


def _object(value: object) -> Document:
    plain = to_json(value)
    assert isinstance(plain, dict)
    return dict(plain)
