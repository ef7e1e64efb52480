"""From a question to a fill: what is decided, kept, approved, sent and shown."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from oracle_core.desk.desk import Desk
from oracle_core.domain.canonical import canonical_json
from oracle_core.errors import InputError, MarketDataError, RefusedError
from oracle_core.journal.cycles import find_cycle

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MARKET, BOOK = "eth-straddle.market.json", "eth-straddle.book.json"


def quote(tree: dict, symbol: str) -> dict:
    return next(item for item in tree["quotes"] if item["symbol"] == symbol)


def later(tree: dict, **by: float) -> None:
    """The same market at a later moment."""
    from datetime import datetime

    def moved(text: str) -> str:
        return (datetime.fromisoformat(text) + timedelta(**by)).isoformat()

    tree["as_of"] = moved(tree["as_of"])
    for item in tree["quotes"]:
        item["as_of"] = moved(item["as_of"])


def test_the_worked_straddle_is_advised_back_to_the_edge_of_its_band(ask) -> None:
    shown = ask("advise")
    best = shown["candidates"][0]
    assert (best["kind"], best["legs"][0]["symbol"]) == ("to_edge", "ETH/USDC:USDC")
    assert best["legs"][0]["contracts"] == pytest.approx(1.3546)
    assert best["benefit"] == pytest.approx(2.60, abs=0.01)
    assert shown["chosen"] == [best["id"]]
    assert shown["advisor"] == {"name": "engine"}
    assert any(item["kind"] == "hold" for item in shown["candidates"])
    target = next(item for item in shown["candidates"] if item["kind"] == "to_target")
    assert target["legs"][0]["contracts"] == pytest.approx(3.554)
    assert target["benefit"] == pytest.approx(-9.34, abs=0.01)


@pytest.mark.requirement("PRI-06")
def test_the_card_names_the_delta_that_options_are_hedged_with_and_the_choice_moves_the_hedge(
    ask, tmp_path: Path
) -> None:
    tree = json.loads((EXAMPLES.parent / "strategies" / "delta_neutral.json").read_text())
    path, found = tmp_path / "mine.json", {}
    book, market = (EXAMPLES / f"three-coins.{part}.json" for part in ("book", "market"))
    for kind in ("plain", "sticky_delta", "heston"):
        path.write_text(json.dumps({**tree, "name": "mine", "hedge_ratio": {"kind": kind}}))
        shown = ask("advise", strategy=str(path), book=book, market=market)
        (said,) = (line for line in shown["assumptions"] if line.startswith(f"hedge ratio {kind}: "))
        assert ("beside the plain delta" in said) is (kind != "plain")
        found[kind] = {(leg["symbol"], leg["contracts"]) for item in shown["candidates"] for leg in item["legs"]}
        assert ask("replay", cycle=shown["cycle_id"])["same_decision"] is True
    assert found["plain"] != found["sticky_delta"] != found["heston"] != found["plain"]


def test_costs_add_up_to_the_cent(ask) -> None:
    for item in ask("candidates")["candidates"]:
        cost = item["cost"]
        assert cost["fee"] + cost["half_spread"] + cost["slippage"] == pytest.approx(cost["total"], abs=1e-9)


def test_the_same_question_twice_is_the_same_answer_and_one_cycle(ask, desk: Desk) -> None:
    assert canonical_json(ask("advise")) == canonical_json(ask("advise"))
    assert [entry.kind for entry in desk.journal.entries()] == ["cycle"]


@pytest.mark.parametrize("persona", ["cautious", "conservative", "balanced", "aggressive", "degen"])
def test_a_stored_cycle_decides_again_to_the_byte(ask, persona: str) -> None:
    cycle = ask("advise", persona=persona)["cycle_id"]
    again = ask("replay", cycle=cycle)
    assert (again["same_decision"], again["same_numbers"]) == (True, True)


def test_replay_sees_a_decision_that_was_altered(ask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cycle = ask("advise")["cycle_id"]
    monkeypatch.setattr("oracle_core.hedging.screen.minimum_benefit", lambda _: 1e9)
    assert find_cycle(desk.journal, cycle).record.recommendation.chosen
    assert ask("replay", cycle=cycle)["same_decision"] is False


@pytest.mark.requirement("ENG-03")
def test_an_approved_plan_is_filled_once_and_shows_in_the_account(ask, desk: Desk) -> None:
    advised = ask("advise")
    assert {entry.kind for entry in desk.journal.entries()} == {"cycle"}
    cycle = advised["cycle_id"]
    done = ask("approve", subject=cycle)
    assert done["complete"] is True
    assert [fill["contracts"] for fill in done["fills"]] == [1.3546]
    assert [leg["contracts"] for leg in advised["plan"]["legs"]] == [1.3546]
    assert done["actual_cost"]["total"] == pytest.approx(done["expected_cost"]["total"], abs=1e-9)
    assert ask("exposures")["coins"]["ETH"]["net_delta"] == pytest.approx(-3.554027 + 1.3546, abs=1e-5)
    held = {item["symbol"]: item["contracts"] for item in ask("positions")["positions"]}
    assert held["ETH/USDC:USDC"] == pytest.approx(0.9549 + 1.3546)
    with pytest.raises(RefusedError, match="carried out already"):
        ask("approve", subject=cycle)
    assert ask("journal-verify")["ok"] is True


def test_a_candidate_that_was_refused_cannot_be_approved_by_name(ask) -> None:
    shown = ask("advise")
    refused = next(item for item in shown["candidates"] if item["status"] == "refused")
    with pytest.raises(RefusedError):
        ask("approve", subject=f"{shown['cycle_id']}:{refused['label']}")


def test_a_candidate_that_only_the_strategy_excludes_cannot_be_approved_either(ask) -> None:
    shown = ask("advise")
    excluded = [item for item in shown["candidates"] if len(item["reasons"]) == 1 and "rehedges" in item["reasons"][0]]
    assert excluded
    for item in excluded:
        with pytest.raises(RefusedError, match="was refused"):
            ask("approve", subject=f"{shown['cycle_id']}:{item['label']}")


def test_a_persons_no_stands_until_advice_is_asked_again(ask) -> None:
    cycle = ask("advise")["cycle_id"]
    ask("reject", subject=cycle, why="not today")
    with pytest.raises(RefusedError, match="not today"):
        ask("approve", subject=cycle)


def test_what_was_approved_cannot_be_rejected_any_more(ask) -> None:
    cycle = ask("advise")["cycle_id"]
    ask("approve", subject=cycle)
    with pytest.raises(RefusedError, match="approved already"):
        ask("reject", subject=cycle)


def test_holding_has_nothing_to_approve(ask) -> None:
    cycle = ask("advise", persona="degen")["cycle_id"]
    with pytest.raises(InputError, match="holds"):
        ask("approve", subject=cycle)


@pytest.mark.parametrize(
    ("kind", "why"), [("hold", "holding sends nothing"), ("transfer_collateral", "a person carries it out")]
)
def test_what_has_no_legs_cannot_be_approved_and_says_who_carries_it_out(ask, kind: str, why: str) -> None:
    book, market = (EXAMPLES / f"three-coins.{part}.json" for part in ("book", "market"))
    shown = ask("advise", persona="balanced", book=book, market=market)
    (item,) = (item for item in shown["candidates"] if item["kind"] == kind)
    with pytest.raises(InputError, match=why):
        ask("approve", subject=f"{shown['cycle_id']}:{item['label']}")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda tree: later(tree, hours=1), "expired"),
        (lambda tree: quote(tree, "ETH/USDC:USDC").update(bid=1999.9, ask=2000.1, bids=[[1999.9, 50]],
                                                          asks=[[2000.1, 50]], mark=2000.0), "collar"),
        (lambda tree: tree.update(venue_status={"deribit": "halted"}), "halted"),
        (lambda tree: quote(tree, "ETH/USDC:USDC").update(asks=[[1900.095, 0.5]]), "ask"),
    ],
)  # fmt: skip
def test_an_approval_is_void_in_another_market(ask, example: Callable[..., Path], change, why: str) -> None:
    cycle = ask("advise")["cycle_id"]
    with pytest.raises(RefusedError, match=why):
        ask("approve", subject=cycle, market=example(MARKET, change))


def test_a_halted_desk_sends_nothing_until_a_person_resumes_it(ask) -> None:
    cycle = ask("advise")["cycle_id"]
    assert ask("halt", why="drill")["trading_state"] == "halted"
    with pytest.raises(RefusedError, match="halted"):
        ask("approve", subject=cycle)
    assert ask("advise")["verdict"]["ruling"] == "refuse"
    assert ask("resume")["trading_state"] == "active"
    assert ask("approve", subject=cycle)["complete"] is True


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda tree: quote(tree, "ETH/USDC:USDC-261127-1800-C").update(as_of="2026-11-07T07:00:00Z"), "stale"),
        (lambda tree: quote(tree, "ETH/USDC:USDC").update(bid=1901.0, bids=[[1901.0, 9]]), "crossed"),
        (lambda tree: quote(tree, "ETH/USDC:USDC-261127-1800-P").update(index=0.0), "index"),
        (lambda tree: tree["quotes"].remove(quote(tree, "ETH/USDC:USDC-261127-1800-P")), "missing"),
    ],
)
@pytest.mark.requirement("MKT-01")
def test_a_bad_quote_of_what_is_held_stops_with_its_name(ask, example, change, why: str) -> None:
    with pytest.raises(MarketDataError, match=why) as stopped:
        ask("advise", market=example(MARKET, change), book=None)
    assert "ETH/USDC:USDC" in str(stopped.value)


def test_a_bad_quote_of_what_is_not_held_only_leaves_it_out(ask, example) -> None:
    market = example(MARKET, lambda tree: quote(tree, "ETH/USD:ETH").update(bid=1950.0, bids=[[1950.0, 9]]))
    shown = ask("advise", market=market)
    assert "crossed" in shown["left_out"]["deribit ETH/USD:ETH"]
    assert all(leg["symbol"] != "ETH/USD:ETH" for item in shown["candidates"] for leg in item["legs"])


@pytest.mark.requirement("ENG-10")
@pytest.mark.requirement("W21")
def test_an_open_order_for_the_hedge_is_not_proposed_again(ask, example) -> None:
    order = {"venue": "deribit", "symbol": "ETH/USDC:USDC", "contracts": 1.3547, "price": 1900.0}
    book = example(BOOK, lambda tree: tree.update(open_orders=[order]))
    assert [item["kind"] for item in ask("advise", book=book)["candidates"]] == ["hold"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda tree: tree["positions"].append(dict(tree["positions"][0])), "positions[3]"),
        (lambda tree: tree["positions"][0].update(contracts=0), "positions[0].contracts"),
        (lambda tree: tree["positions"][0].update(contract=1), "positions[0].contract"),
        (lambda tree: tree["positions"][0].update(symbol="ETH/USDC:USDC-261127-1850-C"), "positions[0].symbol"),
        (lambda tree: tree.update(schema="oracle.book/9"), "schema"),
    ],
)
def test_a_faulty_book_names_the_field_and_leaves_the_journal_alone(ask, desk: Desk, example, change, field) -> None:
    with pytest.raises(InputError) as refused:
        ask("advise", book=example(BOOK, change))
    assert field in str(refused.value)
    assert not desk.journal_path.exists()


def test_a_loser_is_told_what_stood_before_it_and_not_that_it_cures(ask) -> None:
    sources = {"book": EXAMPLES / "three-coins.book.json", "market": EXAMPLES / "three-coins.market.json"}
    cycle = ask("advise", **sources)["cycle_id"]
    rows = {row["kind"]: row for row in ask("why-not", subject=cycle)["rows"]}
    moved, hold = rows["transfer_collateral"], rows["hold"]
    assert moved["reasons"] == ["a person does it: no order does, so no plan has it"]
    assert moved["would_need"] == []
    assert "move 33,620 USDC from deribit-main to binance-main" in moved["instruction"]["text"]
    assert "is worth" in hold["reasons"][0]
    hot = ask("why-not", subject=ask("advise", persona="cautious", **sources)["cycle_id"])["rows"]
    best = next(row for row in hot if row["chosen"])
    for row in hot:
        if not row["chosen"] and row["status"] != "refused" and row["breach"] > best["breach"]:
            assert f"leaves a breach of {row['breach']:.3f}" in row["reasons"][0]
            assert "the least breach comes before any benefit" in row["would_need"][0]
    assert all(row["reasons"] != ["cures a breached limit"] or row["chosen"] for row in hot)


@pytest.mark.requirement("ENG-02")
def test_strategy_book_and_persona_each_change_the_result(ask, example) -> None:
    base = ask("advise")
    calmer = example(BOOK, lambda tree: tree["positions"][2].update(contracts=3.0))
    others = [ask("advise", strategy="heat_control"), ask("advise", persona="cautious"), ask("advise", book=calmer)]
    for other in others:
        assert [item["legs"] for item in other["candidates"]] != [item["legs"] for item in base["candidates"]]


@pytest.mark.requirement("PST-02")
def test_the_deprecated_strategy_is_hidden_loads_and_warns(ask) -> None:
    assert "dynamic_hedging" not in [row["name"] for row in ask("strategies")["rows"]]
    assert "dynamic_hedging" in [row["name"] for row in ask("strategies", everything=True)["rows"]]
    assert any("deprecated" in text for text in ask("advise", strategy="dynamic_hedging")["warnings"])


@pytest.mark.requirement("ENG-04")
def test_one_book_of_three_coins_has_exposures_and_candidates_of_each(ask, tmp_path: Path) -> None:
    sources = {"book": EXAMPLES / "three-coins.book.json", "market": EXAMPLES / "three-coins.market.json"}
    assert set(ask("exposures", **sources)["coins"]) == {"BTC", "ETH", "SOL"}
    narrow = json.loads((EXAMPLES.parent / "strategies" / "delta_neutral.json").read_text())
    narrow["band"]["scale"] = 0.01
    (tmp_path / "narrow.json").write_text(json.dumps({**narrow, "name": "narrow"}))
    shown = ask("candidates", strategy=str(tmp_path / "narrow.json"), persona="degen", **sources)["candidates"]
    assert {item["coin"] for item in shown} >= {"BTC", "ETH", "SOL"}


@pytest.mark.requirement("ENG-06")
def test_a_straddle_hedged_with_a_perpetual_is_flat_in_delta_and_as_curved_as_before(ask) -> None:
    shown = ask("candidates")["candidates"]
    flat = next(item for item in shown if item["kind"] == "to_target" and item["legs"][0]["symbol"] == "ETH/USDC:USDC")
    before, after = flat["before"]["coins"]["ETH"], flat["after"]["coins"]["ETH"]
    assert abs(after["net_delta"]) < 1e-3 < abs(before["net_delta"])
    assert after["gamma_1pct_usd"] == before["gamma_1pct_usd"]
    assert after["vega_usd_per_point"] == before["vega_usd_per_point"]
