"""A real model put to the same tasks, with a purse: what an answer may cost at most is set aside before it is asked.

Its answers go into a folder of their own beside the others, and nothing that is there is written over.
"""

import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcr.cassette import Cassette

from evals.exam import PATIENCE, Answer, Exam, advisor
from evals.manifest import LIVE, MANIFEST, Taped, read_manifest, write_manifest
from evals.play import PREFIX, cassette_path, recorder, refuse_left_over, usage_of, used
from evals.scores.score import Sat, Usage
from evals.task import Trial
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.budget import Budget, Price
from oracle_core.agent.prompt import prompt_versions
from oracle_core.errors import InputError, fault

UNKNOWN_PRICE: Final = Price(prompt_usd=15.0, reply_usd=60.0)
"""USD per million tokens where no price is given: more than most ask, so that a budget is kept all the same."""


@dataclass(slots=True, kw_only=True)
class Purse:
    """USD that may be spent. An answer is asked only when the most it can cost still fits."""

    budget: float
    price: Price
    spent: float = 0.0

    @property
    def most(self) -> float:
        """What one answer can cost at most: every prompt of its budget, and every reply at its longest."""
        limit = Budget()
        return self.price.usd(limit.prompt_tokens, 2 * limit.calls * limit.reply_tokens)

    def reserve(self) -> bool:
        """Set the most aside; False where it does not fit."""
        if self.spent + self.most > self.budget:
            return False
        self.spent += self.most
        return True

    def settle(self, used: Usage | None) -> None:
        """Give back what was not used. What the provider does not count stays spent."""
        if used is not None:
            self.spent += self.price.usd(used.prompt_tokens, used.reply_tokens) - self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model answers, and what it costs if that is known."""

    model: str
    url: str
    key: str | None
    price: Price | None = None
    temperature: float | None = 0.0

    @property
    def advisor(self) -> OpenAIAdvisor:
        """The desk's client for it, with room for a dear model: the purse is what holds."""
        price = self.price or UNKNOWN_PRICE
        return OpenAIAdvisor(
            model=self.model, base_url=self.url, api_key=self.key, deadline_seconds=PATIENCE, price=price,
            budget=Budget(usd=1_000.0), temperature=self.temperature,
        )  # fmt: skip


def put_live(exam: Exam, there: Endpoint, put: tuple[Trial, ...], budget: float, now: datetime) -> tuple[Sat, Path]:
    """A model's answers to as many of the tasks as the budget allows, and the new folder that keeps them.

    Raises: InputError: the budget is too small for one answer, or the folder is there already.
    """
    purse = Purse(budget=budget, price=there.price or UNKNOWN_PRICE)
    if purse.most > budget:
        raise InputError([fault("eval", "--budget", budget, f"at least {purse.most:.2f} USD, for one answer")])
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", there.model)
    folder = LIVE / f"{slug}-{now:%Y%m%d-%H%M%S}"
    if folder.exists():
        raise InputError([fault("eval", "folder", folder.name, "a folder that is not there: nothing is written over")])
    folder.mkdir(parents=True)
    path = cassette_path(slug, folder)
    answers: list[Answer] = []
    with recorder("all").use_cassette(str(path)) as cassette:
        for trial in put:
            if not purse.reserve():
                break
            answers.append(_asked(exam, there, trial, cassette, purse))
            sys.stderr.write(f"\r{len(answers)} of {len(put)} answers, {purse.spent:.4f} USD of {budget:.2f}")
    sys.stderr.write("\n")
    left = len(put) - len(answers)
    stopped = f"stopped after {len(answers)} of {len(put)} answers: the budget is spent" if left else None
    taped = Taped(name=f"{PREFIX}{slug}", chooser=None, model=there.model, answers=len(answers), stopped=stopped)
    write_manifest(folder, [taped], now.date(), None)
    return _sat(there.model, path, answers, there.price, stopped), folder


def _asked(exam: Exam, there: Endpoint, trial: Trial, cassette: Cassette, purse: Purse) -> Answer:
    before = len(cassette.responses)
    answer = exam.answer(trial, there.advisor, timed=True)
    purse.settle(used(cassette.responses[before:]))
    return answer


def _sat(model: str, path: Path, answers: list[Answer], price: Price | None, stopped: str | None) -> Sat:
    return Sat(
        subject=model, source="live", answers=tuple(answers), usage=usage_of(path), price=price, stopped=stopped
    )  # fmt: skip


def replay_live(exam: Exam, folder: Path, put: tuple[Trial, ...]) -> Sat | None:
    """A live run from its cassette; None where it was asked with other prompts than today's.

    Raises: CannotOverwriteExistingCassetteException, LeftOverError: the tasks or the engine have changed since.
    """
    ((name, kept),) = read_manifest(folder).cassettes.items()
    if kept.prompts != prompt_versions():
        return None
    path = folder / f"{name}.json"
    with recorder("none").use_cassette(str(path)) as cassette:
        answers = [exam.answer(trial, advisor(kept.model)) for trial in put[: kept.answers]]
        refuse_left_over(cassette, path)
    return _sat(kept.model, path, answers, None, kept.stopped)


def live_folders() -> list[Path]:
    """Every live run that came to its end, the oldest first of each model."""
    return sorted(path for path in LIVE.glob("*") if (path / MANIFEST).is_file())
