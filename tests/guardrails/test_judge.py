"""What the panel as a whole promises: total, strictest wins, never more, the same in any order."""

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oracle_core.domain.limits import FLOORS, FLOW_LIMITS, STATE_LIMITS
from oracle_core.domain.trading import RecentFlow
from oracle_core.domain.verdict import Ruling, Verdict
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import cures
from oracle_core.guardrails.judge import judge
from oracle_core.guardrails.rail import Rail
from oracle_core.guardrails.table import RAILS
from tests.guardrails.cases import FLOW_NUMBERS, PERSONAS, STATE_NUMBERS, Draft, calm, judged_as

MILLI = Decimal("0.001")
# Where limits bite: sizes around the plan and order limits of every persona, deltas around their delta limits,
# flows around their bounds. A coin is 100 USD and equity a million, so 100 coins are one per cent.
sizes = st.one_of(
    st.sampled_from([100 * p for row in FLOW_NUMBERS[:2] for p in row]).map(Decimal),
    st.integers(1, 30_000_000).map(lambda n: n * MILLI),
)
edges = st.sampled_from([100.0 * p for p in STATE_NUMBERS[0]]).flatmap(lambda e: st.floats(0.8 * e, 1.3 * e))
deltas = st.one_of(edges, st.floats(0.0, 30_000.0)).flatmap(lambda d: st.sampled_from([d, -d]))
flows = st.builds(
    RecentFlow,
    turnover_day_usd=st.sampled_from([0.0, 490_000.0, 990_000.0, 1_990_000.0, 7_990_000.0]),
    working_usd=st.sampled_from([0.0, 10_000.0]),
    trades_last_hour=st.integers(0, 61),
    orders_last_minute=st.integers(0, 30),
    premium_week_usd=st.sampled_from([0.0, 1_900.0, 5_900.0, 19_900.0]),
    funding_cost_week_usd=st.sampled_from([0.0, 190.0, 990.0, 3_900.0]),
)
others = st.fixed_dictionaries(
    {},
    optional={
        name: st.tuples(*[st.sampled_from(sorted({x * f for x in row for f in (0.99, 1.0, 1.01)}))] * 2)
        for name, row in zip(STATE_LIMITS, STATE_NUMBERS, strict=True)
        if name not in ("net_delta_pct_equity", "stress_loss_pct_equity")
    },
)


@st.composite
def drafts(draw: st.DrawFn, *, duty: bool | None = None, cure: bool = False, others_: bool = True) -> Draft:
    delta, size = draw(deltas), draw(sizes)
    sign = draw(st.sampled_from([-1, -1, -1, 1])) * (1 if delta >= 0 else -1)
    return Draft(
        delta=delta,
        contracts=size * sign,
        child=draw(st.sampled_from([Decimal(500), Decimal(2_000), Decimal(40_000)])),
        held=draw(st.sampled_from([0.0, -delta, delta, 99_000.0])),
        cost_bps=draw(st.sampled_from([0.0, 5.0, 60.0])),
        tilt=draw(st.sampled_from([0.0, 0.2, -0.4])),
        premium_usd=draw(st.sampled_from([0.0, 2_100.0, 21_000.0])),
        funding_usd=draw(st.sampled_from([-50.0, 0.0, 300.0, 5_000.0])),
        recent=draw(flows),
        others=draw(others) if others_ else {},
        cure=cure,
        duty=draw(st.booleans()) if duty is None else duty,
        persona=draw(st.sampled_from(PERSONAS)),
    )


def permits(verdict: Verdict) -> float:
    return verdict.scale


@given(draft=drafts(), chosen=st.sets(st.sampled_from(range(len(RAILS))), min_size=1), extra=st.integers(0, 25))
def test_one_more_rail_never_permits_more(draft: Draft, chosen: set[int], extra: int) -> None:
    fewer = judge(draft.case(), [RAILS[n] for n in sorted(chosen)])
    more = judge(draft.case(), [RAILS[n] for n in sorted(chosen | {extra})])
    assert 0.0 <= permits(more) <= permits(fewer) <= 1.0


@given(draft=drafts(), name=st.sampled_from((*STATE_LIMITS, *FLOW_LIMITS)), factor=st.floats(0.0, 1.0))
def test_tightening_a_limit_never_permits_more(draft: Draft, name: str, factor: float) -> None:
    case = draft.case()
    tighter = tightened(case, name, factor)
    assert permits(judge(tighter)) <= permits(judge(case))


@given(draft=drafts(cure=True, duty=True), name=st.sampled_from(FLOW_LIMITS), factor=st.floats(0.0, 1.0))
def test_tightening_a_flow_limit_never_permits_more_of_a_cure(draft: Draft, name: str, factor: float) -> None:
    case = draft.case()
    assert permits(judge(tightened(case, name, factor))) <= permits(judge(case))


def tightened(case: Case, name: str, factor: float) -> Case:
    owner = "state" if name in STATE_LIMITS else "flow"
    limits = getattr(case, owner)
    bound = getattr(limits, name)
    tighter = bound / max(factor, 0.01) if name in FLOORS else bound * factor
    return replace(case, **{owner: replace(limits, **{name: tighter})})


@pytest.mark.requirement("PST-04")
@given(draft=drafts())
def test_what_a_looser_persona_refuses_a_tighter_one_refuses_too(draft: Draft) -> None:
    shares = [permits(judge(judged_as(draft.case(), persona))) for persona in PERSONAS]
    assert all(tight <= loose for tight, loose in pairwise(shares)), shares


@pytest.mark.requirement("PST-04")
@given(draft=drafts(cure=True, duty=True))
def test_a_cure_that_degen_refuses_is_refused_by_all_who_see_the_same_breach(draft: Draft) -> None:
    strict, loose = judged_as(draft.case(), "cautious"), judged_as(draft.case(), "degen")
    assume(cures(strict) == cures(loose))
    assert permits(judge(strict)) <= permits(judge(loose))


@given(draft=drafts(duty=True, others_=False))
def test_what_a_verdict_leaves_of_a_plan_is_allowed_when_it_is_judged_again(draft: Draft) -> None:
    # Plans are sliced within the order limit of their persona before they are judged: 100 coins are one per cent.
    draft = replace(draft, child=min(draft.child, Decimal(99) * FLOW_NUMBERS[0][PERSONAS.index(draft.persona)]))
    verdict = judge(draft.case())
    if verdict.ruling is Ruling.CLIP:
        smaller = draft.smaller(verdict.scale)
        assert Decimal(0) < abs(smaller.contracts) <= abs(draft.contracts)
        assert judge(smaller.case()).ruling is Ruling.ALLOW, judge(smaller.case()).binding
    assert judge(draft.case()) == verdict


@given(draft=drafts(), seed=st.integers(0, 2**16))
def test_the_order_of_rails_and_legs_changes_nothing(draft: Draft, seed: int) -> None:
    one, other = draft.case(), replace(draft, contracts=-2 * draft.contracts).case()
    both = replace(one, legs=(*one.legs, *other.legs))
    turned = replace(both, legs=both.legs[::-1])
    shuffled = random.Random(seed).sample(RAILS, len(RAILS))
    assert judge(both) == judge(turned, shuffled)


def test_an_empty_panel_refuses() -> None:
    assert judge(calm(), ()).ruling is Ruling.REFUSE
    assert judge(calm(), ()).scale == 0.0


def _fails(case: Case) -> tuple[()]:
    raise ZeroDivisionError("equity")


@pytest.mark.parametrize(
    ("check", "said"), [(_fails, "ZeroDivisionError: equity"), (lambda case: (), "the rail said nothing")]
)
def test_a_rail_that_fails_refuses_under_its_own_name(check, said: str) -> None:
    verdict = judge(calm(), (*RAILS, Rail(name="broken", limits=(), check=check)))
    assert verdict.ruling is Ruling.REFUSE
    (found,) = verdict.binding
    assert found.rail == "broken"
    assert said in found.why


@given(junk=st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda inner: st.tuples(inner, inner)))
def test_the_verdict_on_any_rubbish_is_a_refusal_and_not_an_error(junk: object) -> None:
    case = replace(calm(), legs=junk, before=junk, recent=junk, desk=junk, equity_usd=junk)
    assert judge(case).ruling is Ruling.REFUSE
