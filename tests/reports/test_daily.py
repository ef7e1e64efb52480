"""The daily report: the record's own numbers, the same bytes everywhere, and nothing in a name that does anything."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from oracle_core.domain.trading import TradingState
from oracle_core.errors import InputError
from oracle_core.reports.daily import Report, daily
from oracle_core.reports.inputs import DailyInputs
from tests.reports.days import AS_OF, BOUGHT, LIMITS, day, market, outlooks, record

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = 'E|T<script>alert(1)</script>"\n## Sell\n![x](http://evil.example/p) www.evil.example \u202egnp `c` *b*'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = _Tags()
    reader.feed(html)
    return reader.tags


def empty() -> DailyInputs:
    return DailyInputs(as_of=AS_OF, account="ETH desk", trading_state=TradingState.HALTED)


@pytest.mark.requirement("REP-03")
def test_the_same_day_gives_the_same_bytes() -> None:
    assert daily(day()) == daily(day())


def test_another_machine_gives_the_same_bytes() -> None:
    code = (
        "import hashlib; from tests.reports.days import day; from oracle_core.reports.daily import daily;"
        "r = daily(day());"
        "print(hashlib.sha256((r.markdown + r.html + r.json).encode()).hexdigest())"
    )
    seen: set[str] = set()
    for zone, locale, seed in (
        ("UTC", "C", "0"),
        ("Asia/Kolkata", "tr_TR.UTF-8", "1"),
        ("America/New_York", "de_DE", "7"),
    ):
        changed = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=changed)
        seen.add(run.stdout)
    assert len(seen) == 1


def test_the_figures_are_those_of_the_record() -> None:
    inputs, read = day(), json.loads(daily(day()).json)
    found, held = inputs.records[0].recommendation, outlooks()[0]
    assert read["schema"] == "oracle.report/1"
    assert read["exposures"]["ETH"]["net_delta"] == held.exposures[0].net_delta
    assert read["stress"]["worst_before"]["pnl_usd"] == held.worst.pnl_usd
    assert read["stress"]["worst_after"]["pnl_usd"] == found.outlook.worst.pnl_usd
    (told,) = read["recommendations"]
    assert told["cost"]["total"] == found.cost.total
    assert told["chosen"][0]["legs"][0]["contracts"] == 3.554
    assert read["costs"]["fees"] == {"USDT": 3.3763}
    assert read["limits"]["state"]["stress_loss_pct_equity"]["bound"] == LIMITS.stress_loss_pct_equity


@pytest.mark.parametrize("face", ["markdown", "html"])
def test_a_reader_finds_contracts_coins_dollars_costs_stress_and_who_chose(face: str) -> None:
    text = getattr(daily(day()), face)
    worst = outlooks()[0].worst.pnl_usd
    for figure in ("+3.554", "+3.5540", "+6,752.96", "3.38", "+2.60", f"−{-worst:,.2f}", "−3.6055", "−1,302.47"):
        assert figure in text, figure
    for words in ("PAPER", "Not financial advice", "2026-01-11", "UTC", "delta_neutral", "balanced", "engine",
                  "the model did not answer in 20 s", "order_notional", "27.0 % of equity, limit 20 %"):  # fmt: skip
        assert words in text, words


def test_the_limit_with_the_least_room_stands_first_and_a_breach_says_so() -> None:
    tight = replace(LIMITS, gamma_1pct_pct_equity=1.0)
    rows = [line for line in daily(replace(day(), limits=tight)).markdown.splitlines() if "_pct_equity" in line]
    assert "gamma_1pct_pct_equity" in rows[0]
    assert "breached" in rows[0]
    assert "stress_loss_pct_equity" in rows[1]
    assert "27 % | within" in rows[1]


@pytest.mark.parametrize(
    ("filled", "approved", "rejected", "said"),
    [
        (BOUGHT, True, False, "Outcome: filled."),
        (Decimal("1.5"), True, False, "Outcome: partly filled."),
        (None, True, False, "Outcome: approved, not filled."),
        (None, False, False, "Outcome: not approved."),
        (None, False, True, "Outcome: rejected by a person."),
    ],
)
def test_what_became_of_a_recommendation_is_said(
    filled: Decimal | None, approved: bool, rejected: bool, said: str
) -> None:
    inputs = day(filled=filled)
    inputs = inputs if approved else replace(inputs, approvals=())
    inputs = replace(inputs, rejected=frozenset({inputs.records[0].cycle_id})) if rejected else inputs
    assert said in daily(inputs).markdown


def test_a_plan_that_the_guardrails_stopped_is_not_called_a_hold() -> None:
    stopped = replace(day(filled=None), records=(replace(record(), plan=None),))
    assert "Outcome: stopped by the guardrails." in daily(stopped).markdown
    advice = record().recommendation
    waiting = replace(advice, picks=(replace(advice.picks[0], id=advice.candidates[1].id),))
    resting = replace(stopped, records=(replace(record(), plan=None, recommendation=waiting),))
    assert "Outcome: hold: nothing to send." in daily(resting).markdown


def test_an_empty_day_says_what_is_absent() -> None:
    report = daily(empty())
    for words in ("No cycle ran today", "exposures are absent", "no fee was paid", "no market was given", "halted"):
        assert words in report.markdown
        assert words in report.html
    read = json.loads(report.json)
    assert (read["exposures"], read["stress"], read["limits"], read["indicators"]) == (None, None, None, None)
    assert "<svg" not in report.html


def test_what_is_not_known_is_absent_and_not_zero() -> None:
    report = daily(replace(day(), market=market(funding=None)))
    (line,) = (line for line in report.markdown.splitlines() if "Funding, paper" in line)
    assert "absent" in line
    assert "not quoted" in line
    (cost,) = (line for line in report.markdown.splitlines() if "3.38 |        0.36" in line)
    assert "absent" in cost


def test_times_and_the_day_are_those_of_the_zone() -> None:
    text = daily(day(zone="Asia/Tokyo")).markdown
    assert "Daily report, 2026-01-12" in text
    assert "07:30:00 — cycle" in text
    with pytest.raises(InputError, match="Mars/Olympus"):
        day(zone="Mars/Olympus")


def hostile() -> Report:
    inputs = day()
    return daily(replace(inputs, account=HOSTILE, records=(record(HOSTILE, prose=HOSTILE, symbol=HOSTILE),)))


def test_a_hostile_name_stays_text_in_the_page() -> None:
    report = hostile()
    plain, named = tags(daily(day()).html), tags(report.html)
    assert {tag for tag, _ in named} == {tag for tag, _ in plain}
    assert not [tag for tag, _ in named if tag in ("script", "img", "a", "iframe", "link", "form")]
    assert "&lt;script&gt;" in report.html
    assert "\u202e" not in report.html


def test_a_hostile_name_stays_in_its_cell_in_markdown() -> None:
    text = hostile().markdown
    assert "<script" not in text
    assert "\u202e" not in text
    assert "://" not in text
    assert "www." not in text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert all(not line.startswith("## Sell") for line in headings)
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.M)
    assert len(tables) == len(re.findall(r"(?:^\|.*\n)+", daily(day()).markdown, flags=re.M))
    for found in tables:
        columns = {len(re.split(r"(?<!\\)\|", row)) for row in found.splitlines()}
        assert len(columns) == 1, found


def test_the_page_needs_nothing_from_anywhere() -> None:
    html = daily(day()).html
    assert not re.search(r"https?:|//[a-z]", html)
    assert not [
        name for _, given in tags(html) for name in given if name in ("src", "href", "style") or name[:2] == "on"
    ]
    (policy,) = (given["content"] for _, given in tags(html) if given.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_the_policy_names_the_digest_of_the_style_that_stands_in_the_page() -> None:
    from base64 import b64encode
    from hashlib import sha256

    html = daily(day()).html
    style = html.split("<style>")[1].split("</style>")[0]
    assert b64encode(sha256(style.encode()).digest()).decode() in html.split("<style>")[0]


@pytest.mark.requirement("REP-05")
def test_the_chart_is_readable_without_colour_and_has_a_title() -> None:
    html = daily(day()).html
    drawing = html[html.index("<svg") : html.index("</svg>")]
    assert "<title" in drawing
    assert drawing.count("<circle") == drawing.count("<rect") == 3 * 9 + 1
    assert drawing.count("<polyline") == 6


@pytest.mark.requirement("REP-05")
def test_every_indicator_says_its_role_and_its_source() -> None:
    read = json.loads(daily(day()).json)["indicators"]
    assert {item["name"] for item in read} >= {
        "Index price", "Implied volatility 7 d", "Volatility index", "Realised volatility 7 d", "Spread, paper",
        "Funding, paper", "Net delta", "Gamma for 1 %", "Vega", "Theta",
    }  # fmt: skip
    assert all(item["role"] and item["source"] for item in read)
    funding = next(item for item in read if item["name"] == "Funding, paper")
    assert funding["value"] == pytest.approx(0.01 * 3 * 365)


def test_drawing_and_templates_are_loaded_only_when_a_page_is_made() -> None:
    code = "import sys, oracle_core.reports.daily; print({'jinja2', 'matplotlib'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert run.stdout.strip() == "set()"


def test_the_worst_cell_is_told_in_dollars_and_as_a_share_of_equity() -> None:
    held = outlooks()[0]
    share = -100.0 * held.worst.pnl_usd / held.equity_usd
    assert f"changes the book by −{-held.worst.pnl_usd:,.2f} USD, {share:.1f} % of equity" in daily(day()).markdown


def test_the_approval_of_another_plan_approves_nothing() -> None:
    inputs = day(filled=None)
    other = replace(inputs.approvals[0], plan_hash="another")
    assert "Outcome: not approved." in daily(replace(inputs, approvals=(other,))).markdown


def test_a_plan_that_was_shrunk_shows_its_own_coins_and_dollars() -> None:
    found = record()
    assert found.plan is not None
    half = replace(found.plan, legs=(replace(found.plan.legs[0], contracts=Decimal("1.777")),))
    text = daily(replace(day(filled=None), records=(replace(found, plan=half),))).markdown
    (row,) = (line for line in text.splitlines() if line.startswith("| plan"))
    assert [cell.strip() for cell in row.split("|")][4:7] == ["+1.777", "+1.7770", "+3,376.48"]


def test_the_costs_of_the_day_are_those_of_its_fills() -> None:
    text = daily(day()).markdown
    assert "Filled notional 6,752.96 USD." in text
    assert re.search(r"\| USDT +\| +1 \| 3\.38 \|", text)


def test_a_loss_stands_lower_in_the_chart_than_a_gain() -> None:
    html = daily(day()).html
    points = re.search(r'<polyline class="before" points="([^"]+)"', html)
    assert points is not None
    heights = [float(point.split(",")[1]) for point in points[1].split()]
    pnl = [cell.pnl_usd for cell in outlooks()[0].stress if cell.vol_factor == 0.75]
    assert sorted(range(9), key=lambda n: heights[n]) == sorted(range(9), key=lambda n: -pnl[n])
