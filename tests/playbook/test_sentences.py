"""Rules as sentences: every number in them comes from the data, and every setting is told."""

import json
from typing import get_args

import pytest

from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS
from oracle_core.playbook.limit_rows import limit_rows
from oracle_core.playbook.load import list_strategies, load_persona, load_strategy
from oracle_core.playbook.params.table import Params
from oracle_core.playbook.persona import PREFERENCES, TRIPS
from oracle_core.playbook.policies import Policy
from oracle_core.playbook.schemas import FILES, json_schema
from oracle_core.playbook.sentences import paragraph, rule

NEUTRAL = (
    "Every 60 minutes, after a price move of 2 %, when delta leaves its band and when an option has less than 2 days "
    "left, compare the net delta of every coin with its target of 0 % of equity: if it is off by more than the "
    "Zakamouline band, trade perpetuals, futures or spot back to the edge of the band; otherwise wait, and repeat."
)


@pytest.mark.requirement("PST-07")
def test_the_rule_is_one_sentence_made_of_the_data():
    assert rule(load_strategy("delta_neutral").value) == NEUTRAL


@pytest.mark.requirement("PST-07")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"triggers.price_move_pct": 1.25}, "after a price move of 1.25 %"),
        ({"triggers.interval_minutes": 7}, "Every 7 minutes"),
        ({"triggers.price_move_pct": None, "triggers.price_move_sigma_1d": 0.7}, "0.7 × a day's standard deviation"),
        ({"triggers.iv_move_points": 4}, "when implied volatility has moved 4 points"),
        ({"triggers.iv_move_points": 4}, "A move of implied volatility alone does not trade delta."),
        ({"triggers.rv_iv_ratio": 1.2}, "realised over implied volatility crosses 1.2"),
        ({"triggers.funding_flip": True}, "when funding changes sign"),
        ({"triggers.volatility_break": 2.5}, "Pause when the last hour's volatility is 2.5 × that of 30 days."),
        ({"triggers.inventory_fades": 4}, "the last 4 hedges added to a loser"),
        ({"triggers.pnl_stop_bps_equity": 25}, "its fills have lost 25 bp of equity"),
        ({"triggers.deploy": True}, "volatility, regime, funding or events speak against running"),
        ({"triggers.basis_bps": 30}, "when a contract held is 30 bp from its index"),
        ({"triggers.correlation_drop": 0.5}, "when two coins' correlation has fallen by 0.5"),
        ({"triggers.liquidity_factor": 3}, "when the spread of what hedges a coin is 3 times wider or narrower"),
        ({"triggers.bleed": True}, "when a week of theta and funding costs more than gamma earned"),
        (
            {"triggers.interval_steps": [{"iv_rise_points": 20, "interval_minutes": 15}]},
            "Every 60 minutes (15 once the index rose 20 points)",
        ),
        ({"ramp": {"start_pct": 10, "days": 10}}, "Start with 10 % of that, and grow to all of it over 10 clean days."),
        ({"hedge_ratio": {"kind": "heston"}}, "with the minimum-variance delta of a calibrated Heston model."),
        (
            {"hedge_ratio": {"kind": "hull_white", "a": -0.25, "b": 0.4, "c": 0}},
            "Options are hedged with Hull and White's minimum-variance delta (a -0.25, b 0.4, c 0).",
        ),
        ({"triggers.trend": 6}, "moved one way 6 times in a row"),
        (
            {"triggers.loss_streak": 5},
            "Pause when the last 5 hedges lost without long gamma (until one wins, or for 24 hours).",
        ),
        (
            {"triggers.loss_streak": 1, "triggers.loss_streak_hours": 1},
            "Pause when the last 1 hedge lost without long gamma (until one wins, or for 1 hour).",
        ),
        ({"triggers.events": True}, "around scheduled events"),
        ({"targets.net_delta_pct_equity": -3}, "its target of -3 % of equity"),
        ({"targets.net_delta_pct_equity": None}, "no view on net delta"),
        ({"targets.gamma_1pct_pct_equity": 3}, "Aim at gamma of 3 % of equity for a move of 1 %."),
        ({"universe.underlyings": ["BTC", "ETH"]}, "the net delta of BTC and ETH"),
        ({"universe.hedge_kinds": ["spot"]}, "trade spot back"),
        ({"universe.option_days": {"min": 3, "max": 45}}, "Options that are traded have 3 to 45 days left."),
        (
            {"universe.option_days": {"min": 0, "max": 9}, "universe.option_abs_delta": {"min": 0.2, "max": 0.5}},
            "Options that are traded have 0 to 9 days left and a delta of 0.2 to 0.5 either way.",
        ),
        ({"band.kind": "fixed", "band.unit": "per_option", "band.scale": 0.05}, "more than 0.05 coins per option,"),
        ({"band.scale": 2, "band.max": 9}, "more than 2 × the Zakamouline band (at most 9 % of equity)"),
        ({"band.rehedge_to": "partial", "params.partial.share": 0.25}, "25 % of the way back to the target"),
        ({"policies": ["to_edge", "partial", "take_profit"]}, "Also weigh: take profit."),
        ({"horizon_hours": 12}, "weighed over 12 hours."),
        ({"bias": 0.1}, "Leave 10 % of each hedge undone."),
        ({"bias": -0.1}, "Overdo each hedge by 10 %."),
        ({"budget.added_notional_pct_equity": 20}, "adding at most 20 % of equity in notional"),
        ({"execution.max_slices": 3}, "in at most 3 slices"),
        ({"status": "deprecated", "replaced_by": "gamma_scalp"}, "Deprecated; use gamma_scalp instead."),
    ],
)
def test_each_setting_is_told(edited, changes, said):
    told = paragraph(load_strategy(edited("strategies/delta_neutral", changes)).value)
    assert said in told
    assert said not in paragraph(load_strategy("delta_neutral").value)


EVERY_POLICY = [policy.value for policy in Policy]
"""Allows every section of `params`."""


def _sections() -> list[tuple[str, str]]:
    models = {name: get_args(field.annotation)[0] for name, field in Params.model_fields.items()}
    return [(name, key) for name, model in models.items() for key in model.model_fields]


@pytest.mark.requirement("PST-07")
@pytest.mark.parametrize(("section", "key"), _sections(), ids=".".join)
def test_each_setting_of_a_family_is_told(edited, section: str, key: str):
    others = {"side": "short", "shapes": ["strangle"], "ratio": "notional", "vega_point_pct_equity": 0.2}
    others |= {"inventory_profit_bps_equity": 7, "heat_pct": 40, "close_below_pct_per_year": 3, "most": 1}
    others |= {"option_legs_max": 2, "solutions_max": 2, "window_days": 9}

    def told(**given: object) -> str:
        changes = {"policies": EVERY_POLICY, "band.rehedge_to": "partial", f"params.{section}": given}
        return paragraph(load_strategy(edited("strategies/delta_neutral", changes)).value)

    assert told(**{key: others.get(key, 0.31)}) != told()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"shapes": ["straddle"]},
            "long straddle with its hedge, sized by at most 3 bp of equity of time value a day and",
        ),
        (
            {"side": "short", "shapes": ["straddle"]},
            "short straddle with its hedge, sized by 50 % of the stress limit;",
        ),
        (
            {"side": "short", "vega_point_pct_equity": 0.2},
            "sized by 0.2 % of equity of vega a point and 50 % of the stress limit; of each, the best 3 in a coin are",
        ),
    ],
)
def test_the_budgets_of_a_base_position_are_one_list(edited, given: dict[str, object], said: str):
    changes = {"policies": ["to_edge", "partial", "establish"], "params.establish": given}
    assert said in paragraph(load_strategy(edited("strategies/delta_neutral", changes)).value)


def test_every_shipped_strategy_reads_as_sentences():
    for found in list_strategies(deprecated=True):
        told = paragraph(found.value)
        assert told.endswith(".")
        assert not [wrong for wrong in ("  ", "None", " .", "()") if wrong in told], told


def test_the_table_of_a_persona_has_every_number_once():
    rows = limit_rows(load_persona("balanced").value)
    assert [row.name for row in rows] == [*STATE_LIMITS, *FLOW_LIMITS, *TRIPS, *PREFERENCES, "objective"]
    assert {row.name: row.value for row in rows}["gross_leverage"] == 3.0
    assert {row.name for row in rows if not row.unit} == {
        "risk_aversion",
        "vol_forecast_trust",
        "funding_income_haircut",
        "objective",
    }


@pytest.mark.requirement("PST-01")
@pytest.mark.parametrize("name", FILES)
def test_the_json_schema_is_closed_and_names_every_key(name):
    schema = json.loads(json.dumps(json_schema(name)))
    assert schema["additionalProperties"] is False
    assert schema["properties"]["schema"]["const"] == schema["$id"] == f"oracle.{name}/1"
    shipped = {"strategy": load_strategy("delta_neutral"), "persona": load_persona("balanced")}[name]
    assert set(json.loads(shipped.path.read_text(encoding="utf-8"))) <= set(schema["properties"])
