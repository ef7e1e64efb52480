"""Spend is reserved before a call, never above its cap; a failing server is left alone; advice comes all the same."""

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.breaker import ENDPOINT_FAILED, Breaker, BreakerRules
from oracle_core.agent.budget import Budget, Price, Spend
from oracle_core.agent.ending import Ending
from oracle_core.agent.graph import choose
from oracle_core.agent.ledger import Ledger, UnaccountedError
from oracle_core.agent.question import Choice
from oracle_core.agent.run import Run
from oracle_core.errors import InputError
from tests.agent.factory import question, straddle

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PRICE = Price(prompt_usd=2.0, reply_usd=8.0)
URL = "http://127.0.0.1:9/v1"


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def spend(calls: int = 1, tokens: int = 1_000, seconds: float = 5.0, usd: float = 0.01) -> Spend:
    return Spend(calls=calls, tokens=tokens, seconds=seconds, usd=usd)


@pytest.mark.parametrize(
    ("cap", "allowed"),
    [
        (Budget(calls=3), 3),
        (Budget(calls=9, prompt_tokens=1_000, reply_tokens=100), 2),
        (Budget(calls=9, seconds=12.0), 2),
        (Budget(calls=9, usd=0.045), 4),
        (Budget(calls=9, day=spend(calls=2, tokens=10**6, seconds=1e6, usd=1e3)), 2),
        (Budget(calls=9, day=spend(calls=99, tokens=3_500, seconds=1e6, usd=1e3)), 3),
        (Budget(calls=9, day=spend(calls=99, tokens=10**6, seconds=5.0, usd=1e3)), 1),
        (Budget(calls=9, day=spend(calls=99, tokens=10**6, seconds=1e6, usd=0.0)), 0),
    ],
    ids=["calls", "tokens", "seconds", "usd", "calls a day", "tokens a day", "seconds a day", "usd a day"],
)
def test_a_call_is_reserved_only_while_every_cap_of_decision_and_day_holds(cap: Budget, allowed: int) -> None:
    ledger = Ledger(clock=lambda: NOON)
    reserved = [ledger.reserve("one", spend(), cap) for _ in range(10)]
    assert [found is not None for found in reserved] == [True] * allowed + [False] * (10 - allowed)


def test_what_is_settled_makes_room_and_another_day_or_decision_starts_anew(tmp_path: Path) -> None:
    clock = Hands()
    ledger = Ledger(tmp_path / "model.db", clock)
    budget = Budget(calls=2, day=spend(calls=3, tokens=10**6, seconds=1e6, usd=1e3))
    first = ledger.reserve("one", spend(), budget)
    assert first is not None
    ledger.settle(first, spend(tokens=10, seconds=1.0, usd=0.001))
    assert ledger.spent("one") == spend(tokens=10, seconds=1.0, usd=0.001)
    assert ledger.reserve("one", spend(), budget)
    assert ledger.reserve("one", spend(), budget) is None
    ledger.close("one")
    assert ledger.spent("one").calls == 0
    assert ledger.reserve("one", spend(), budget)
    assert Ledger(tmp_path / "model.db", clock).reserve("two", spend(), budget) is None
    clock.now += timedelta(days=1)
    assert Ledger(tmp_path / "model.db", clock).reserve("two", spend(), budget)


def test_two_processes_never_reserve_the_same_room_twice(tmp_path: Path) -> None:
    Ledger(tmp_path / "model.db").spent()
    budget = Budget(calls=20, prompt_tokens=10**6, usd=1e3, seconds=1e6)
    got: list[int] = []

    def reserve() -> None:
        ledger = Ledger(tmp_path / "model.db")
        got.extend(found for _ in range(10) if (found := ledger.reserve("one", spend(), budget)) is not None)

    threads = [Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 20


def test_a_ledger_that_cannot_be_kept_means_that_nothing_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "model.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(UnaccountedError):
        Ledger(path).spent()
    with serving(ReferenceServer()) as server:
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        choice = choose(question(), advisor, Run(ledger=Ledger(path)))
        assert (choice.advisor.name, choice.advisor.fallback_reason, len(server.calls)) == ("engine", "unaccounted", 0)


def test_the_ledger_is_for_its_owner(tmp_path: Path) -> None:
    Ledger(tmp_path / "new" / "model.db").spent()
    assert (tmp_path / "new" / "model.db").stat().st_mode & 0o777 == 0o600


def test_away_from_this_machine_a_model_without_a_price_is_not_asked() -> None:
    away = OpenAIAdvisor(model="reference", base_url="http://models.example/v1", api_key="k")
    assert choose(question(), away).advisor.fallback_reason == "no_price"
    assert OpenAIAdvisor(model="reference", base_url=URL).known_price == Price(prompt_usd=0.0, reply_usd=0.0)


def test_a_call_that_may_cost_more_than_the_cap_is_not_made_and_one_that_was_costs_what_the_server_counted() -> None:
    with serving(ReferenceServer()) as server:
        ledger = Ledger(clock=lambda: NOON)
        dear = OpenAIAdvisor(
            model="reference", base_url=server.url, deadline_seconds=5.0, price=PRICE, budget=Budget(usd=0.001)
        )
        assert choose(question(), dear, Run(ledger=ledger)).advisor.fallback_reason == "budget"
        assert (len(server.calls), ledger.spent().usd) == (0, 0.0)
        fair = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0, price=PRICE)
        choice = choose(question(), fair, Run(ledger=ledger))
        assert choice.advisor.fallback_reason is None
        spent = ledger.spent()
        assert 0.0 < spent.usd < PRICE.usd(choice.advisor.tokens or 0, fair.budget.reply_tokens)
        assert (spent.calls, choice.advisor.calls) == (1, 1)


SHARES = {0: (), 10: (9,), 50: (0, 2, 4, 6, 8), 100: tuple(range(10))}
"""Which of ten calls fail."""


class Failing(ReferenceServer):
    """A server that fails its calls by a pattern of ten."""

    __slots__ = ("pattern",)

    def answer(self, handler, call):  # type: ignore[no-untyped-def]
        self.fault = "500" if len(self.calls) % 10 in self.pattern else None
        super().answer(handler, call)


@pytest.mark.requirement("AGT-04")
@pytest.mark.parametrize("share", SHARES)
def test_however_often_the_model_fails_every_advice_comes_labelled_and_spend_stays_below_its_caps(
    tmp_path: Path, share: int
) -> None:
    server = Failing(chooser=CHOOSERS["hold"])
    server.pattern = SHARES[share]
    day = Spend(calls=30, tokens=10**7, seconds=1e6, usd=0.4)
    ledger = Ledger(tmp_path / "model.db", lambda: NOON)
    choices: list[Choice] = []
    with serving(server):
        advisor = OpenAIAdvisor(
            model="reference", base_url=server.url, deadline_seconds=5.0, price=PRICE, budget=Budget(day=day)
        )
        for number in range(40):
            run = Run(cycle=f"cycle {number}", ledger=ledger)
            before, started = len(server.calls), time.perf_counter()
            choices.append(choose(question(), advisor, run))
            assert time.perf_counter() - started <= 6.0
            assert len(server.calls) - before <= advisor.budget.calls
            run.close()
    for choice in choices:
        said = (choice.advisor.name, choice.advisor.fallback_reason)
        assert said == ("openai", None) or said in {("engine", why) for why in ("http_5xx", "budget", "breaker")}
        assert choice.picks[0].id == straddle()[1 if said[0] == "openai" else 0].id
    by_model = sum(choice.advisor.name == "openai" for choice in choices)
    spent = ledger.spent()
    assert len(server.calls) == spent.calls <= day.calls
    assert spent.usd <= day.usd
    assert (by_model == 0) if share == 100 else (by_model > 10)
    if share == 100:  # the breaker: three failures, and then nobody asks
        assert len(server.calls) == BreakerRules().failures
        assert choices[-1].advisor.fallback_reason == "breaker"


def test_a_server_that_does_not_answer_costs_its_deadline_three_times_and_then_one_trial_an_interval(
    tmp_path: Path,
) -> None:
    clock = Hands()
    rules = BreakerRules(failures=3, seconds=60.0)

    def cycle(server: ReferenceServer) -> tuple[str | None, float]:
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=0.3, breaker=rules)
        started = time.perf_counter()
        run = Run(cycle=str(clock.now), ledger=Ledger(tmp_path / "model.db", clock))  # as a new process would
        choice = choose(question(), advisor, run)
        clock.now += timedelta(seconds=1)
        return choice.advisor.fallback_reason, time.perf_counter() - started

    with serving(ReferenceServer(fault="stall")) as server:
        said = [cycle(server) for _ in range(6)]
        assert [reason for reason, _ in said] == ["timeout"] * 3 + ["breaker"] * 3
        assert len(server.calls) == 3
        clock.now += timedelta(seconds=60)
        assert [cycle(server)[0], cycle(server)[0], len(server.calls)] == ["timeout", "breaker", 4]
        clock.now += timedelta(seconds=61)
        assert cycle(server)[0] == "breaker"
        server.fault = None
        clock.now += timedelta(seconds=60)
        assert [cycle(server)[0], cycle(server)[0], len(server.calls)] == [None, None, 6]
    assert Breaker(failures=4, until=10.0).after(Ending.OK, 0.0, rules) == Breaker()


@given(
    endings=st.lists(st.tuples(st.sampled_from(list(Ending)), st.floats(0.0, 2_000.0)), max_size=40),
    rules=st.builds(BreakerRules, failures=st.integers(1, 5), seconds=st.floats(1.0, 900.0)),
)
def test_a_breaker_opens_after_so_many_failures_in_a_row_and_never_for_longer_than_it_may(
    endings: list[tuple[Ending, float]], rules: BreakerRules
) -> None:
    breaker, now, in_a_row = Breaker(), 0.0, 0
    for ending, wait in endings:
        now += wait
        breaker = breaker.after(ending, now, rules)
        in_a_row = in_a_row + 1 if ending in ENDPOINT_FAILED else 0
        assert breaker.admits(now, rules) is (in_a_row < rules.failures)
        assert breaker.admits(now + rules.most_seconds, rules)
        if in_a_row >= rules.failures:
            assert not breaker.probing(now, rules).admits(now + rules.seconds * 0.99, rules)


def test_a_clock_that_was_set_back_does_not_shut_a_breaker_for_years() -> None:
    shut = Breaker(failures=3, until=1e9)
    assert not shut.admits(1e9 - 10.0, BreakerRules())
    assert shut.admits(0.0, BreakerRules())


@pytest.mark.parametrize("share", [-0.5, float("nan"), float("inf")])
def test_a_price_or_spend_that_is_none_is_refused_where_it_is_made(share: float) -> None:
    with pytest.raises(InputError):
        Price(prompt_usd=share, reply_usd=0.0)
    with pytest.raises(InputError):
        spend(usd=share)


def test_a_reservation_of_a_process_that_was_killed_stays_counted_at_its_worst(tmp_path: Path) -> None:
    Ledger(tmp_path / "model.db").reserve("one", spend(), Budget())
    with sqlite3.connect(tmp_path / "model.db") as file:
        assert file.execute("select cycle, open, calls, tokens from asks").fetchall() == [("one", 1, 1, 1_000)]
    assert Ledger(tmp_path / "model.db").spent("one") == spend()
