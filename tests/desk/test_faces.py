"""The report, the simulator and the importer as the desk offers them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from oracle_core.agent.prose import figure_names
from oracle_core.console.render import render
from oracle_core.desk.decide import decide, face, question
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import recommendation_document
from oracle_core.desk.requests import DecisionRequest
from oracle_core.errors import InputError
from oracle_core.hedging.candidates import propose


def test_the_daily_report_is_written_three_ways_and_the_same_twice(ask, tmp_path: Path) -> None:
    ask("advise")
    first = {path: Path(path).read_bytes() for path in ask("report", folder=tmp_path / "out")["files"]}
    second = {path: Path(path).read_bytes() for path in ask("report", folder=tmp_path / "out")["files"]}
    assert sorted(Path(path).suffix for path in first) == [".html", ".json", ".md"]
    assert first == second
    report = json.loads((tmp_path / "out" / "daily-2026-11-07.json").read_text())
    assert report["schema"] == "oracle.report/1"


def test_a_desk_without_a_cycle_decides_one_for_its_report(ask, desk) -> None:
    assert "1 cycle" in ask("report")["markdown"]
    assert [entry.kind for entry in desk.journal.entries()] == ["cycle"]


def test_a_day_without_a_cycle_is_an_error_that_names_the_days(ask) -> None:
    ask("advise")
    with pytest.raises(InputError, match="2026-11-07"):
        ask("report", day="2026-11-08")


def test_an_approved_plan_shows_as_filled_in_the_report(ask) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    assert "Outcome: filled" in ask("report")["markdown"]


@pytest.mark.requirement("OPS-08")
def test_the_simulator_trades_what_the_desk_would_trade(ask, tmp_path: Path) -> None:
    picture, steps = tmp_path / "run.png", tmp_path / "steps.csv"
    run = ask("simulate", check_minutes=480, picture=picture, steps=steps, structure="short", vol=50.0)
    parts = {key: value for key, value in run["pnl_usd"].items() if key not in ("total", "main_driver")}
    assert sum(parts.values()) == pytest.approx(run["pnl_usd"]["total"], abs=1e-9)
    assert run["metrics"]["trades"] > 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(steps.read_text().splitlines()) == run["checks"] + 1
    assert ask("simulate", check_minutes=480, structure="short", vol=50.0)["result_hash"] == run["result_hash"]


def test_a_picture_of_no_known_kind_is_refused_before_the_run(ask, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.png"):
        ask("simulate", picture=tmp_path / "run.gif")


def test_recorded_answers_become_a_market_file_that_can_be_advised_on(ask, reference_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "market.json"
    found = ask("data-import", sources=(reference_dir / "data/venues/deribit_2026-05",), out=out)
    assert found["instruments"] > 10
    book = tmp_path / "book.json"
    account = {"name": "coins", "numeraire": "USD", "equity": {"BTC": 10.0}}
    book.write_text(json.dumps({"schema": "oracle.book/1", "account": account, "positions": []}))
    shown = ask("advise", book=book, market=out)
    assert any(item["kind"] == "to_target" and item["coin"] == "BTC" for item in shown["candidates"])


def test_a_straddle_that_breaches_its_persona_is_hedged_to_the_end_with_the_perpetual_alone(ask) -> None:
    run = ask("simulate", check_minutes=1440, persona="cautious")
    assert run["checks"] == 31
    assert run["metrics"]["trades"] > 0
    assert any("trades the perpetual alone" in row["text"] for row in run["assumptions"])


def test_a_run_against_an_earlier_one_says_what_dearer_trading_took(ask, tmp_path: Path) -> None:
    expected = tmp_path / "expected.json"
    cheap = ask("simulate", check_minutes=480)
    expected.write_text(json.dumps(cheap))
    dear = ask("simulate", check_minutes=480, fee=0.002, against=expected)
    found = dear["shortfall"]
    assert found["gap"] == pytest.approx(found["fee"] + found["slippage"] + found["volatility"] + found["other"])
    assert found["fee"] > 0.0
    assert "short by" in render(dear)
    with pytest.raises(InputError, match="--against"):
        ask("simulate", check_minutes=480, against=tmp_path / "absent.json")


def test_every_figure_that_a_model_may_quote_is_filled_in_on_the_card_and_in_the_report(desk: Desk, ask) -> None:
    brief, _ = desk.brief(DecisionRequest())
    record = decide(brief)
    asked = question(brief, propose(face(brief)))
    names = figure_names([item.label for item in record.recommendation.candidates], asked.facts)
    quoted = " ".join(f"{{{name}}}" for name in sorted(names))
    advised = record.recommendation
    quoting = replace(advised, advisor=replace(advised.advisor, name="openai", prose=quoted))
    desk.keep(brief, replace(record, recommendation=quoting))
    card = recommendation_document(replace(record, recommendation=quoting))["advisor"]["said"]
    report = ask("report")["markdown"].partition("In the advisor's words: ")[2].partition("\n")[0]
    for words in (card, report):
        assert words.count("168 h") == 1
        assert not {"{", "—"} & set(words)


def test_a_hedge_that_is_worth_nothing_is_not_worth_minus_nothing(ask) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    card = ask("advise")
    assert "net delta is -2.1994 ETH from its target, beyond ±2.1993 ETH" in render(card).replace("\n    ", " ")
    reasons = [reason for item in card["candidates"] for reason in item["reasons"]]
    assert "benefit 0.00 USD is below the 0.25 USD that balanced acts on" in reasons
