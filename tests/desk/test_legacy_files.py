"""Older strategy and persona files, imported as a desk does it: a new file, an account, and no silent loss."""

import json
from pathlib import Path

import pytest

from oracle_core.errors import InputError, RefusedError

DYNAMIC = {
    "name": "Dynamic Hedging",
    "description": "Adjust the hedge as the market moves.",
    "modifiers": {
        "hedging_frequency": "adaptive",
        "target_delta": 0,
        "rebalancing_trigger": ["volatility_spike", "price_jump", "delta_threshold_breach"],
        "execution_constraints": {"slippage_tolerance": 0.5, "latency_max": 100},
    },
    "instructions": ["Watch delta."],
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(DYNAMIC))
    return path


def test_what_cannot_be_mapped_is_named_with_key_and_value_and_nothing_is_written(ask, old: Path) -> None:
    with pytest.raises(InputError) as error:
        ask("strategy-import", old=old)
    told = [str(item) for item in error.value.faults]
    assert len(told) == 2
    assert "slippage_tolerance" in told[0]
    assert "`0.5`" in told[0]
    assert list(old.parent.iterdir()) == [old]


def test_an_accepted_import_is_a_strategy_that_advises_and_is_never_executed(ask, old: Path) -> None:
    written = ask("strategy-import", old=old, to=old.parent / "new.json", accept_unmapped=True)
    assert written["advise_only"] is True
    assert {row["key"].split(".")[-1] for row in written["rows"]} >= {
        "slippage_tolerance",
        "latency_max",
        "target_delta",
    }
    cycle = ask("advise", strategy=written["path"])
    assert cycle["strategy"] == "dynamic_hedging"
    with pytest.raises(RefusedError, match="advi"):
        ask("approve", subject=cycle["cycle_id"])


def test_an_import_never_replaces_a_file(ask, old: Path) -> None:
    place = old.parent / "new.json"
    place.write_text("mine")
    with pytest.raises(InputError, match="nothing is replaced"):
        ask("strategy-import", old=old, to=place, accept_unmapped=True)
    assert place.read_text() == "mine"


def test_an_older_persona_gets_the_limits_of_the_profile_it_names(ask, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps({"name": "Maverick", "profile": "Aggressive", "strategy_weights": {"GAMMA SCALP": 1}}))
    written = ask("persona-import", old=old)
    assert Path(written["path"]) == tmp_path / "maverick.json"
    assert ask("advise", persona=written["path"])["persona"] == "maverick"
    shown = json.loads(Path(written["path"]).read_text())
    assert (shown["stress_loss_pct_equity"], shown["strategy_weights"]) == (40.0, {"gamma_scalp": 1.0})
