"""Looking up: the nearer place wins, an old name still leads there, and the current folder is never searched."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oracle_core.playbook import load
from oracle_core.playbook.load import list_personas, list_strategies, load_persona, load_strategy, weighted_strategies


@pytest.mark.requirement("PST-02")
def test_a_deprecated_strategy_loads_with_a_warning_and_is_listed_only_when_asked_for():
    found = load_strategy("dynamic_hedging")
    assert found.value.name == "dynamic_hedging"
    assert found.warnings == ("Strategy `dynamic_hedging` is deprecated; use `delta_neutral` instead",)
    assert "dynamic_hedging" not in {item.value.name for item in list_strategies()}
    marked = {item.value.name: item.warnings for item in list_strategies(deprecated=True)}
    assert marked["dynamic_hedging"] == found.warnings
    assert marked["delta_neutral"] == ()


@pytest.mark.requirement("PST-03")
@pytest.mark.parametrize("before", ["", "./", "/somewhere/else/"])
def test_the_old_place_of_a_strategy_leads_to_the_new_one_with_a_warning(before):
    found = load_strategy(f"{before}oracle_core/strategies/dynamic_hedging.json")
    assert found.value.name == "dynamic_hedging"
    assert "has moved; name it `dynamic_hedging`" in found.warnings[0]
    assert "is deprecated" in found.warnings[1]


def test_a_file_that_stands_at_the_old_place_is_read_there(edited, tmp_path, faults_of):
    old = tmp_path / "oracle_core" / "strategies"
    old.mkdir(parents=True)
    shutil.copy(edited("strategies/delta_neutral", {"horizon_hours": 12}), old / "delta_neutral.json")
    found = load_strategy(old / "delta_neutral.json")
    assert (found.value.horizon_hours, found.warnings) == (12.0, ())


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            lambda: load_strategy("delta_neutrl"),
            "the name of a strategy or a path to one, did you mean `delta_neutral`?",
        ),
        (lambda: load_strategy("oracle_core/strategies/heat_contrl.json"), "did you mean `heat_control`?"),
        (lambda: load_strategy(""), "one of `delta_gamma_vega`, `delta_neutral`, `dynamic_hedging`"),
        (lambda: load_persona("degan"), "the name of a persona or a path to one, did you mean `degen`?"),
        (lambda: load_persona("delta_neutral"), "one of `aggressive`, `balanced`"),
        (lambda: load_persona("nowhere/balanced.json"), "a readable file"),
    ],
)
def test_an_unknown_name_is_told_the_nearest(faults_of, call, expected):
    (found,) = faults_of(call)
    assert expected in found.expected


def test_the_folder_of_the_settings_wins_over_the_shipped_files(edited):
    folder = edited("strategies/delta_neutral", {"horizon_hours": 12}).parent
    assert load_strategy("delta_neutral", folder).value.horizon_hours == 12.0
    assert load_strategy("gamma_scalp", folder).value.horizon_hours == 72.0
    assert load_strategy("delta_neutral").value.horizon_hours == 168.0
    hours = {found.value.name: found.value.horizon_hours for found in list_strategies(folder)}
    assert (hours["delta_neutral"], hours["gamma_scalp"]) == (12.0, 72.0)


def test_a_folder_of_the_settings_that_is_not_there_is_a_fault(faults_of, tmp_path):
    (found,) = faults_of(lambda: load_persona("balanced", tmp_path / "none"))
    assert (found.field, found.value) == ("personas folder", str(tmp_path / "none"))


def test_the_current_folder_is_never_searched(edited, monkeypatch):
    folder = edited("strategies/delta_neutral", {"horizon_hours": 12}).parent
    (folder / "strategies").mkdir()
    shutil.copy(folder / "delta_neutral.json", folder / "strategies" / "delta_neutral.json")
    monkeypatch.chdir(folder)
    assert load_strategy("delta_neutral").value.horizon_hours == 168.0
    assert load_strategy("delta_neutral.json").value.horizon_hours == 12.0


def test_a_file_in_a_folder_is_called_by_its_own_name(edited, faults_of):
    path = edited("strategies/delta_neutral", {}, name="mine")
    (found,) = faults_of(lambda: load_strategy("mine", path.parent))
    assert (found.source, found.field, found.value) == (str(path), "name", "delta_neutral")
    assert load_strategy(path).value.name == "delta_neutral"


def test_without_a_checkout_the_files_in_the_package_are_used(monkeypatch, tmp_path):
    monkeypatch.setattr(load, "files", lambda package: tmp_path / package)
    monkeypatch.setattr(load, "CHECKOUT", tmp_path)
    for shelf in ("strategies", "personas"):
        shutil.copytree(Path(load.__file__).parents[2] / shelf, tmp_path / "oracle_core" / "_data" / shelf)
    assert load_persona("balanced").path == tmp_path / "oracle_core" / "_data" / "personas" / "balanced.json"
    shelved = tmp_path / "oracle_core" / "_data" / "strategies"
    assert len(list_strategies(deprecated=True)) == len(list(shelved.glob("*.json")))


def test_a_persona_may_weight_a_strategy_of_the_settings_folder(edited):
    folder = edited("strategies/delta_neutral", {"name": "mine"}, name="mine").parent
    persona = edited("personas/balanced", {"strategy_weights": {"mine": 2, "heat_control": 1, "gamma_scalp": 0}})
    found = load_persona(persona, strategies=folder).value
    assert [(item.value.name, weight) for item, weight in weighted_strategies(found, folder)] == [
        ("heat_control", 1.0),
        ("mine", 2.0),
    ]


def test_the_strategies_of_every_shipped_persona_load():
    for found in list_personas():
        assert weighted_strategies(found.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"schema": "oracle.strategy/1", "name": "del', "valid JSON"),
        ("", "valid JSON"),
        ('{"schema": "oracle.persona/1"}', "`oracle.strategy/1`"),
        ("[]", "an object"),
        ('{"name": "a", "name": "b"}', "the key once"),
        ('{"name": "a", "modifiers": {}}', "which `oracle strategy import` makes of an older file"),
        ('{"name": "a", "profile": "Bold"}', "which `oracle persona import` makes of an older file"),
    ],
)
def test_a_file_that_is_not_a_strategy_is_a_fault(tmp_path, faults_of, text, expected):
    path = tmp_path / "half.json"
    path.write_text(text, encoding="utf-8")
    faults = faults_of(lambda: load_strategy(path))
    assert {found.source for found in faults} == {str(path)}
    assert any(expected in found.expected for found in faults)


def test_one_listing_names_the_faults_of_all_files(edited, faults_of):
    folder = edited("strategies/delta_neutral", {"bias": 2}).parent
    edited("strategies/gamma_scalp", {"mood": 1})
    assert {found.field for found in faults_of(lambda: list_strategies(folder))} == {"bias", "mood"}


def test_reading_every_shipped_file_takes_no_time():
    list_strategies()
    started = time.process_time()
    list_strategies(deprecated=True), list_personas()
    assert time.process_time() - started < 0.02


def test_the_playbook_loads_nothing_heavy():
    code = "import sys, oracle_core.playbook.load; print([n for n in ('numpy', 'scipy', 'pandas') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
