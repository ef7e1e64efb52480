"""The card of a recommendation: the right figures, parts that add up, nothing too wide."""

import re

import pytest

from oracle_core.console.render import render
from oracle_core.desk.documents import Document

CASES = [
    (example, persona)
    for example in ("eth-straddle", "three-coins")
    for persona in ("cautious", "conservative", "balanced", "aggressive", "degen")
]
Advised = dict[tuple[str, str], Document]


def figure(text: str) -> float:
    return float(text.replace(",", ""))


def lines_of(page: str, title: str) -> list[str]:
    """The lines below a title, up to the next blank one."""
    lines = page.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(title)) + 1
    end = next((place for place, line in enumerate(lines[start:], start) if not line), len(lines))
    return lines[start:end]


@pytest.mark.parametrize("case", CASES)
def test_no_line_is_wider_than_a_hundred_columns_and_none_has_colour(advised: Advised, case: tuple[str, str]) -> None:
    page = render(advised[case])
    assert max(map(len, page.splitlines())) <= 100
    assert not [char for char in page if char != "\n" and not char.isprintable()]


@pytest.mark.parametrize("case", CASES)
def test_every_card_has_a_banner_a_hold_row_and_what_could_go_wrong(advised: Advised, case: tuple[str, str]) -> None:
    page = render(advised[case])
    assert page.startswith("ORACLE CORE · PAPER · not financial advice\n")
    assert "HOLD: do nothing" in page
    assert re.search(r"worst stress, spot [+-]\d+ %.*: -[\d,]+\.\d\d USD", " ".join(page.split()))
    assert "advisor: engine" in page


@pytest.mark.parametrize("case", CASES)
def test_the_printed_parts_of_a_cost_add_up_to_the_printed_total(advised: Advised, case: tuple[str, str]) -> None:
    found = re.search(r"fee (\S+) \+ half-spread (\S+) \+ slippage (\S+) = (\S+)", render(advised[case]))
    if found is None:
        assert "HOLD: do nothing\n" in render(advised[case])
        return
    *parts, total = (figure(item) for item in found.groups() if item != "absent")
    assert round(sum(parts), 2) == total


@pytest.mark.parametrize("case", CASES)
def test_the_ranking_can_be_checked_with_a_pocket_calculator(advised: Advised, case: tuple[str, str]) -> None:
    rows = [line.split() for line in lines_of(render(advised[case]), "Why this order")[1:]]
    hold = next(figure(row[6]) for row in rows if row[0] == "hold")
    for _, *terms, total, benefit in rows:
        assert round(sum(figure(term) for term in terms if term != "absent"), 2) == figure(total)
        assert round(figure(total) - hold, 2) == figure(benefit)


@pytest.mark.parametrize("case", CASES)
def test_printed_terms_are_those_of_the_document_to_the_cent(advised: Advised, case: tuple[str, str]) -> None:
    document = advised[case]
    offered = [item for item in document["candidates"] if item["status"] != "refused"]
    rows = [line.split() for line in lines_of(render(document), "Why this order")[1:]]
    for item, row in zip(offered, rows, strict=True):
        for name, printed in zip(("execution", "carry", "edge", "risk", "capital"), row[1:6], strict=True):
            value = item["terms"][name]
            assert printed == "absent" if value is None else abs(figure(printed) - value) <= 0.0151


def test_the_eth_straddle_says_what_to_buy_in_contracts_coins_and_dollars(card: Document) -> None:
    page = render(card)
    assert "  BUY 1.3546 ETH/USDC:USDC on deribit = +1.3546 ETH ≈ 2,574 USD\n" in page
    assert "fee 1.29 + half-spread 0.13 + slippage 0.00 = 1.42" in page
    assert re.search(r"ETH now +-3\.554 ETH", page)
    assert re.search(r"ETH after +-2\.199 ETH", page)
    assert "expire in 20 d 0 h, 2026-11-27 08:00 UTC" in page
    assert "volatility of ETH: 42.00 %, at-the-money implied volatility" in page


def test_the_next_commands_name_the_cycle(card: Document) -> None:
    page = render(card)
    for command in ("approve", "explain", "why-not"):
        assert f"oracle {command} {card['cycle_id']}" in page


def test_a_hold_offers_nothing_to_approve(advised: Advised) -> None:
    page = render(advised["eth-straddle", "degen"])
    assert "  HOLD: do nothing\n" in page
    assert "oracle approve" not in page


def test_a_cure_is_called_one(advised: Advised) -> None:
    assert "(cures a breached limit)" in render(advised["three-coins", "cautious"])


def test_a_refused_plan_says_which_rail_refused_it(card: Document) -> None:
    finding = {"rail": "kill_switch", "ruling": "refuse", "scale": 0.0, "why": "the desk is halted"}
    card["verdict"] = {"ruling": "refuse", "scale": 0.0, "findings": [finding]}
    card["plan"] = None
    page = render(card)
    assert "NOT SENT: BUY 1.3546 ETH/USDC:USDC" in page
    assert "the guardrails refuse it: kill_switch: the desk is halted" in page
    assert "refuse  kill_switch: the desk is halted" in page
    assert "oracle approve" not in page


def test_a_clipped_plan_is_shown_at_its_own_size(card: Document) -> None:
    plan = card["plan"]
    plan["legs"][0] |= {"contracts": 0.6773, "children": [0.6773]}
    assert "  BUY 0.6773 ETH/USDC:USDC on deribit = +0.6773 ETH ≈ 1,287 USD\n" in render(card)


def test_the_worth_of_the_whole_is_not_claimed_for_a_part_of_it(card: Document) -> None:
    assert "; over the horizon worth " in render(card)
    card["plan"]["legs"][0] |= {"contracts": 0.6773, "children": [0.6773]}
    assert "; all of c1 would be worth " in render(card)


def test_without_equity_no_worth_is_claimed(card: Document) -> None:
    for candidate in card["candidates"]:
        candidate["before"]["equity_usd"] = -5_000.0
    page = render(card)
    assert "without equity the least breach leads, then the least cost" in page
    assert "more than doing nothing" not in lines_of(page, "  BUY")[0]


def test_a_leg_in_another_coin_is_counted_in_its_own(card: Document) -> None:
    leg = {"venue": "deribit", "symbol": "BTC/USDC:USDC", "contracts": -0.02, "coins": -0.02, "notional_usd": -2e3}
    card["candidates"][0]["legs"] = [leg]
    card["plan"]["legs"] = [{**leg, "children": ["-0.02"]}]
    page = render(card)
    assert "SELL 0.02 BTC/USDC:USDC on deribit = -0.02 BTC ≈ 2,000 USD" in page
    assert "-0.02 ETH" not in page


def test_a_row_too_wide_goes_on_below_itself_and_keeps_its_figures_in_their_columns(card: Document) -> None:
    option = {"venue": "deribit", "symbol": "SOL/USDC:USDC-260303-150-C", "contracts": 12_500.5}
    wide = card["candidates"][1]
    wide |= {"kind": "delta_gamma_vega", "legs": [option, dict(option), dict(option)], "benefit": -1_234_567.89}
    lines = lines_of(render(card), "Candidates (USD)")
    place = next(number for number, line in enumerate(lines) if "delta gamma vega: BUY 12,500.5" in line)
    assert lines[place + 1].strip() == "SOL/USDC:USDC-260303-150-C, 2 more"
    assert lines[place].split()[-3] == "-1,234,567.89"
    assert lines[0].split()[-2:] == ["worst", "after"]


def test_a_single_leg_that_is_no_hedge_of_delta_says_its_kind(card: Document) -> None:
    card["candidates"][1]["kind"] = "close"
    assert "close: BUY " in " ".join(lines_of(render(card), "Candidates (USD)"))


def test_a_fallback_says_why_the_model_was_not_followed(card: Document) -> None:
    card["advisor"] = {"name": "engine", "fallback_reason": "no answer within 20 s"}
    assert "the model's choice was not used: no answer within 20 s" in render(card)


def test_a_models_words_are_shown_as_its_own(card: Document) -> None:
    card["advisor"] |= {"model": "m", "said": "Buy c1 for $1.42, not $1.44."}
    assert "The model says\n  Buy c1 for $1.42, not $1.44.\n" in render(card)


def test_what_is_absent_is_never_shown_as_zero(card: Document) -> None:
    card["cost"]["slippage"] = None
    page = render(card)
    assert "slippage absent" in page
    assert "absent" in lines_of(page, "Why this order")[1]


HOSTILE = "x\x1b[2J\x1b]0;owned\x07\u202egnp.exe\r\nHOLD\u2028\x00\ud800"


def test_text_from_outside_cannot_move_the_cursor_or_start_a_line(card: Document) -> None:
    card |= {"strategy": HOSTILE, "persona": HOSTILE, "assumptions": [HOSTILE], "left_out": {HOSTILE: HOSTILE}}
    card["advisor"] = {"name": HOSTILE, "said": HOSTILE, "fallback_reason": HOSTILE}
    card["candidates"][4]["reasons"] = [HOSTILE]
    card["verdict"]["findings"][0] |= {"ruling": "refuse", "why": HOSTILE}
    page = render(card)
    assert not [char for char in page if char != "\n" and not char.isprintable()]
    assert not [line for line in page.splitlines() if line.strip() == "HOLD"]
    assert max(map(len, page.splitlines())) <= 100
    page.encode("utf-8")


@pytest.mark.parametrize("broken", [{}, {"candidates": None}, {"candidates": [{}]}, {"plan": {"legs": [{}]}}])
def test_a_document_with_holes_is_shown_as_far_as_it_goes(broken: Document) -> None:
    assert "not financial advice" in render({"schema": "oracle.recommendation/1", **broken})
