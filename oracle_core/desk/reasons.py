"""Why now, why this venue, why this order style, what could go wrong: read off a stored cycle, nothing decided anew."""

from oracle_core.desk.advice import chosen_of, find_stored
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import WhyRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.hedge import ActionKind, CandidateAction, Pick, Recommendation
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.record import CycleRecord


def why(desk: Desk, request: WhyRequest) -> Document:
    """`oracle.why/1`: what a stored candidate rests on, as asked: `now`, `venue`, `style` or `risk`.

    Raises: InputError: no stored cycle is called that.
    """
    found = find_stored(desk, request.subject)
    record, action = found.record, found.candidate or chosen_of(found.record)
    told = _about(desk, record, action, request.about)
    return {
        "schema": "oracle.why/1",
        "about": request.about,
        "cycle_id": record.cycle_id,
        "as_of": to_json(record.as_of),
        "persona": record.recommendation.persona,
        "horizon_hours": record.recommendation.horizon_hours,
        "label": action.label,
        "kind": action.kind.value,
        "coin": action.coin,
        "chosen": action.id in record.recommendation.chosen,
        "legs": to_json(action.legs),
        "cost": to_json(action.cost),
        "benefit": action.benefit,
        **told,
    }


def _about(desk: Desk, record: CycleRecord, action: CandidateAction, about: str) -> Document:
    if about == "now":
        return _now(record.recommendation, action)
    if about == "risk":
        return {"risks": to_json(record.recommendation.risks), "worst": to_json(action.after.worst)}
    market = desk.stored_brief(record).market
    if about == "style":
        pick = next((item for item in record.recommendation.picks if item.id == action.id), None)
        return _style(market, action, pick)
    return _venue(record.recommendation, action)


def _now(found: Recommendation, action: CandidateAction) -> Document:
    """The band that asked, the breach that is cured, and each term beside doing nothing."""
    resting = next((item for item in found.candidates if item.kind is ActionKind.HOLD), None)
    return {
        "band": to_json(action.band),
        "breach_now": None if resting is None else resting.breach,
        "breach_after": action.breach,
        "duty": action.duty,
        "terms": to_json(action.terms),
        "hold_terms": None if resting is None else to_json(resting.terms),
        "reasons": list(action.reasons),
    }


def _venue(found: Recommendation, action: CandidateAction) -> Document:
    """The same kind of hedge of the same coin elsewhere, and what was left out before it was weighed."""
    mine = {leg.id for leg in action.legs}
    others = [
        item
        for item in found.candidates
        if item.coin == action.coin and item.legs and item.kind is action.kind and {leg.id for leg in item.legs} != mine
    ]
    return {
        "others": [
            {
                "label": item.label,
                "legs": to_json(item.legs),
                "cost": item.cost.total,
                "benefit": item.benefit,
                "status": item.status.value,
                "reasons": list(item.reasons),
            }
            for item in others
        ],
        "left_out": to_json(found.left_out),
    }


def _style(market: MarketSnapshot, action: CandidateAction, pick: Pick | None) -> Document:
    """Taking and resting side by side: fees of each, the half-spread that taking pays; resting may not be filled."""
    return {
        "style": None if pick is None else pick.style.value,
        "rows": [_order(market, leg.id, leg.notional_usd) for leg in action.legs],
    }


def _order(market: MarketSnapshot, key: InstrumentId, notional: float) -> Json:
    listed, quote = market.instruments[key], market.quotes[key]
    bid, ask, mid = quote.best_bid, quote.best_ask, quote.mid
    half = None if bid is None or ask is None or not mid else 0.5 * (ask - bid) / mid
    priced = not listed.is_option
    return {
        "instrument": str(key),
        "notional_usd": abs(notional),
        "taker_fee_usd": abs(notional) * listed.fees.taker if priced else None,
        "maker_fee_usd": abs(notional) * listed.fees.maker if priced else None,
        "half_spread_usd": None if half is None or not priced else abs(notional) * half,
    }
