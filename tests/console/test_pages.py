"""Every answer of the desk has a page of its own, within a hundred columns and without colour."""

import json
import re
from pathlib import Path

import pytest

from oracle_core.console.paint import paint
from oracle_core.console.render import RENDERERS, render
from oracle_core.console.render.figures import cents
from oracle_core.console.render.outlooks import LIMITS
from oracle_core.desk.documents import Document
from oracle_core.domain.limits import STATE_LIMITS

WITHOUT_A_PAGE = {"oracle.import/1"}
"""Documents that read well as keys and values."""


def all_answers(ask, tmp_path: Path, of: str) -> list[Document]:
    cycle = ask("advise", of)["cycle_id"]
    answers = [ask(name, of) for name in ("candidates", "compare", "exposures", "stress", "funding", "positions")]
    answers += [
        ask("stress", of, spot=-20.0, vol=15.0),
        ask("stress", of, scenario="all"),
        ask("stress", of, days=(0.0, 7.0)),
        ask("margin", of, persona="cautious"),
        ask("explain", subject=cycle),
        ask("explain", subject=f"{cycle}:c2"),
        ask("explain", subject="gamma"),
        ask("why-not", subject=cycle),
        *(ask("why", subject=cycle, about=about) for about in ("now", "venue", "style", "risk")),
        *(ask(name, of) for name in ("wait", "convexity", "calendar", "prices", "alerts")),
        ask("replay", cycle=cycle),
        ask("reject", subject=ask("advise", of, persona="cautious")["cycle_id"], why="too dear"),
        ask("approve", of, subject=cycle),
        ask("positions"),
        ask("halt"),
        ask("resume"),
        ask("journal"),
        ask("journal-verify"),
        ask("strategies", everything=True),
        ask("strategy", name="gamma_scalp"),
        ask("strategy-validate", name="gamma_scalp"),
        ask("personas"),
        ask("persona", name="balanced"),
        ask("doctor"),
        ask("surface", of, picture=tmp_path / "surface.png"),
        ask("indicators", of),
        ask("screen", of),
        ask("screen", of, contracts=True),
        ask("bands", of, picture=tmp_path / "bands.png"),
        ask("report", folder=tmp_path),
        ask("simulate", check_minutes=1440),
    ]
    return answers


@pytest.mark.parametrize("of", ["eth-straddle", "three-coins"])
def test_every_answer_has_a_page_within_a_hundred_columns(ask, tmp_path: Path, of: str) -> None:
    for document in all_answers(ask, tmp_path, of):
        page = render(document)
        assert document["schema"] in RENDERERS
        assert page.strip(), document["schema"]
        assert max(map(len, page.splitlines())) <= 100, document["schema"]
        assert not [char for char in page if char != "\n" and not char.isprintable()]


def test_every_page_survives_a_document_that_has_nothing_in_it() -> None:
    for schema in RENDERERS:
        assert render({"schema": schema}).strip()


def test_no_page_prints_raw_digits_of_a_float(ask, tmp_path: Path) -> None:
    for document in all_answers(ask, tmp_path, "eth-straddle"):
        assert not re.findall(r"\d\.\d{7,}", render(document)), document["schema"]


def test_an_average_price_is_shown_with_eight_digits(card: Document) -> None:
    legs = card["plan"]["legs"]  # type: ignore[index,call-overload]
    legs[0] |= {"expected_price": 99_995.6656804734, "limit_price": 100_995.62233727813}  # type: ignore[index,operator]
    page = render(card)
    assert re.search(r" 99,995\.666\n", page)
    assert "not beyond 100,995.62\n" in page


def test_exposures_of_the_straddle_show_options_and_net_delta(ask) -> None:
    page = render(ask("exposures"))
    row = next(line for line in page.splitlines() if line.startswith("  ETH   1,900.00"))
    assert row.split()[2:5] == ["-4.509", "+0.955", "-3.554"]


def test_coin_settled_options_show_both_conventions(ask) -> None:
    page = render(ask("exposures", "three-coins"))
    assert "net if USD  net if coin" in page
    assert "BTC options settle in coin: the net counts their transaction delta, -0.0241 BTC" in page


def test_the_stress_grid_marks_its_worst_cell(ask) -> None:
    page = render(ask("stress"))
    assert "-4,526.67*" in page
    assert "* worst: -4,526.67 USD at spot +30 %, volatility x1.50, -18.1 % of equity" in page


def test_stress_says_that_working_orders_count(ask) -> None:
    assert "USD · working orders counted as filled\n" in render(ask("stress", "three-coins"))
    assert "working orders" not in render(ask("stress"))


def test_one_move_is_said_in_a_sentence(ask) -> None:
    page = render(ask("stress", spot=-20.0, vol=15.0))
    assert "spot -20 %, volatility +15.0 points: -1,713.55 USD, -6.9 % of equity" in page


def test_the_comparison_has_a_row_for_each_persona_and_its_band_edge(ask) -> None:
    page = render(ask("compare"))
    for persona in ("cautious", "conservative", "balanced", "aggressive", "degen"):
        assert len(re.findall(rf"^  {persona} ", page, re.MULTILINE)) >= 2
    assert re.search(r"balanced +ETH/USDC:USDC +\+1\.3546 +2\.60  offered", page)


def test_an_explanation_adds_up_and_shows_every_limit(ask) -> None:
    page = render(ask("explain", subject=ask("advise")["cycle_id"]))
    section = page.partition("The terms")[2]
    terms = dict(re.findall(r"^  (execution|carry|edge|risk|capital|U) +(\S+)", section, re.MULTILINE)[:6])
    total = float(terms.pop("U"))
    assert round(sum(float(value) for value in terms.values() if value != "absent"), 2) == total
    assert "stress_loss_pct_equity" in page


def test_an_approval_shows_fills_cost_and_both_exposures(ask) -> None:
    page = render(ask("approve", subject=ask("advise")["cycle_id"]))
    assert "approved and filled: 1 filled" in page
    assert "fee 1.29 + spread and slippage 0.13 = 1.42; expected 1.42" in page
    assert re.search(r"ETH before +-3\.554 ETH", page)


def test_a_broken_journal_is_called_broken() -> None:
    page = render({"schema": "oracle.verification/1", "path": "j.db", "ok": False, "first_broken": 3, "why": "edited"})
    assert "BROKEN at entry 3: edited" in page


def test_an_unknown_document_is_shown_as_keys_and_values() -> None:
    document: Document = {"schema": "oracle.new/1", "a_b": 1.5, "of": {"c": [1, 2]}, "rows": [{"x": 1}, {"x": 2}]}
    page = render(document)
    assert page.startswith("New\n")
    assert re.search(r"a b +1\.5", page)
    assert re.search(r"c +1, 2", page)


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([0.005, 0.005, 0.005], 0.015),
        ([1.2869343435, 0.12868700000003697, 0.0], 1.415621343500037),
        ([-5.8219, None, -12.4299, -7.2530], -25.5048),
        ([1e7 + 0.004, 1e-9, None], 1e7 + 0.004),
        ([], 0.0),
    ],
)
def test_cents_add_up_to_the_rounded_total(parts: list[float | None], total: float) -> None:
    printed = cents(parts, total)
    assert round(sum(value for value in printed if value is not None), 2) == round(total, 2)
    assert [value is None for value in printed] == [value is None for value in parts]


def test_colour_adds_nothing_but_colour(advised) -> None:
    page = render(advised["eth-straddle", "balanced"])
    painted = paint(page)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == page


def test_a_page_is_the_same_for_the_same_document(advised) -> None:
    document = advised["three-coins", "cautious"]
    assert render(document) == render(json.loads(json.dumps(document)))


def test_on_a_narrow_screen_every_line_of_a_wide_table_names_its_row(ask) -> None:
    page = render(ask("prices"), 80)
    lines = page.partition("unit\n")[2].splitlines()
    assert len(lines) == 2 * 6
    assert all(line.startswith(("  venue    instrument", "  deribit  ETH/")) for line in lines)


def test_every_state_limit_has_words() -> None:
    assert set(LIMITS) == set(STATE_LIMITS)


def test_a_run_s_measures_have_their_units(ask) -> None:
    page = render(ask("simulate", check_minutes=1440))
    for line in (r"trades +\d+", r"realised vol +\d+\.\d\d  % a year", r"max drawdown +[\d,]+\.\d\d  USD"):
        assert re.search(rf"^  {line}$", page, re.MULTILINE), line
