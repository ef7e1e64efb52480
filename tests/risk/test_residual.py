"""Every recommendation says what could go wrong, with the engine's number, whoever chose."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving
from oracle_core.agent.advisor import Advisor, EngineAdvisor, OpenAIAdvisor
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import recommendation_document
from oracle_core.desk.requests import DecisionRequest
from oracle_core.desk.settings import Settings
from oracle_core.domain.exposure import StressCell
from oracle_core.domain.residual import ResidualRisk, RiskKind
from oracle_core.errors import InputError
from oracle_core.risk.residual import residual_risks
from tests.agent.factory import outlook

SHORT = outlook(-3.5)
CELLS = (StressCell(-10.0, 1.0, -300.0), StressCell(10.0, 1.0, -900.0), SHORT.worst)


def kinds(risks: tuple[ResidualRisk, ...]) -> list[str]:
    return [risk.kind.value for risk in risks]


def test_a_hedge_that_is_sent_leaves_the_worst_cell_the_bad_days_and_its_gamma_and_waiting_has_a_price() -> None:
    after = replace(outlook(-2.2, worst=-3_000.0), stress=CELLS)
    found = residual_risks(SHORT, after, sent=True, waiting=True)
    assert kinds(found) == ["worst_stress", "fall", "rise", "short_gamma", "same_gamma", "waiting"]
    assert [risk.value for risk in found] == [-3_000.0, -300.0, -900.0, -900.0, -900.0, -4_000.0]
    assert (found[0].spot_pct, found[0].vol_factor, found[0].equity_pct) == (-30.0, 1.5, -12.0)


def test_a_book_without_equity_has_no_share_of_it_to_lose() -> None:
    found = residual_risks(SHORT, replace(SHORT, equity_usd=-10.0), sent=False, waiting=False)
    assert (found[0].value, found[0].equity_pct) == (-4_000.0, None)


def test_what_is_unknown_is_a_risk_without_a_number() -> None:
    unknown = replace(SHORT.measures, unknown=("margin rule of deribit",))
    found = residual_risks(SHORT, replace(SHORT, measures=unknown), sent=False, waiting=False)
    assert [(risk.value, risk.why) for risk in found if risk.kind is RiskKind.UNKNOWN] == [
        (None, "margin rule of deribit")
    ]


def test_a_hedge_that_changes_gamma_is_not_said_to_leave_it() -> None:
    exposure = replace(SHORT.exposures[0], gamma_1pct_usd=250.0)
    found = residual_risks(SHORT, replace(SHORT, exposures=(exposure,)), sent=True, waiting=False)
    assert kinds(found) == ["worst_stress", "long_gamma"]


def test_a_risk_whose_number_is_none_is_refused_where_it_is_made() -> None:
    with pytest.raises(InputError, match="worst_stress"):
        ResidualRisk(kind=RiskKind.WORST_STRESS, value=float("nan"))


@pytest.mark.requirement("AGT-06")
@pytest.mark.parametrize("persona", ["cautious", "balanced", "degen"])
@pytest.mark.parametrize("who", ["engine", "engine-first", "hold", "a model that fails"])
def test_a_recommendation_lists_a_risk_with_a_number_whoever_chose(tmp_path: Path, persona: str, who: str) -> None:
    desk = Desk(settings=Settings(state=tmp_path), environment={})
    brief, _ = desk.brief(DecisionRequest(persona=persona))
    with serving(ReferenceServer(chooser=CHOOSERS.get(who, CHOOSERS["hold"]), fault=_fault(who))) as server:
        asked = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=10.0)
        advisor: Advisor = EngineAdvisor() if who == "engine" else asked
        record = decide(brief, advisor)
    risks = record.recommendation.risks
    assert risks[0] == ResidualRisk(
        kind=RiskKind.WORST_STRESS,
        value=record.recommendation.outlook.worst.pnl_usd,
        spot_pct=record.recommendation.outlook.worst.spot_pct,
        vol_factor=record.recommendation.outlook.worst.vol_factor,
        equity_pct=100.0 * record.recommendation.outlook.worst.pnl_usd / record.recommendation.outlook.equity_usd,
    )
    shown = json.loads(json.dumps(recommendation_document(record)))["risks"]
    assert isinstance(shown[0]["value"], float)


def _fault(who: str) -> str | None:
    return "500" if who == "a model that fails" else None
