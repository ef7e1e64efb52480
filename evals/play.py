"""A subject put to every task: over HTTP when it is recorded, from its cassette ever after."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from vcr import VCR
from vcr.cassette import Cassette

from evals.exam import Exam, advisor
from evals.manifest import CASSETTES
from evals.scores.score import Sat, Usage
from evals.server import MODEL, ReferenceServer, serving
from evals.subjects import BASELINES, STAND_INS, baseline
from evals.tape import Readable, configuration, register, whole
from evals.task import Trial, load_tasks, trials

PREFIX: Final = "subject-"


class LeftOverError(AssertionError):
    """A cassette holds answers that nobody asked for any more."""


def recorder(mode: str) -> VCR:
    """VCR as the evals use it."""
    made = VCR(**configuration(), record_mode=mode)
    register(made)
    return made


def cassette_path(subject: str, folder: Path = CASSETTES) -> Path:
    """Where a subject's answers are kept."""
    return folder / f"{PREFIX}{subject}.json"


def record_subject(exam: Exam, subject: str, folder: Path, put: tuple[Trial, ...]) -> None:
    """A stand-in's answers, over real HTTP by the real client."""
    path = cassette_path(subject, folder)
    path.unlink(missing_ok=True)
    server = ReferenceServer(chooser=STAND_INS[subject])
    with serving(server), recorder("all").use_cassette(str(path)):
        for trial in put:
            exam.answer(trial, advisor(MODEL, url=server.url))


def replay_subject(exam: Exam, subject: str, put: tuple[Trial, ...], folder: Path = CASSETTES) -> Sat:
    """The same answers from the cassette: nobody is asked.

    Raises: CannotOverwriteExistingCassetteException: something is asked that was not recorded; with the difference.
        LeftOverError: something was recorded that is not asked.
    """
    path = cassette_path(subject, folder)
    with recorder("none").use_cassette(str(path)) as cassette:
        answers = tuple(exam.answer(trial, advisor(MODEL)) for trial in put)
        refuse_left_over(cassette, path)
    return Sat(subject=subject, source="reference-server", answers=answers, usage=usage_of(path))


def refuse_left_over(cassette: Cassette, path: Path) -> None:
    """Every recorded answer was asked for."""
    if not cassette.all_played:
        left = len(cassette) - cassette.play_count
        raise LeftOverError(f"{path.name} holds {left} answers more than were asked for; record it again")


def usage_of(path: Path) -> Usage | None:
    """The tokens a provider reported over a whole cassette; None where one answer does not say."""
    kept = Readable.deserialize(whole(path))["interactions"]
    return used([item["response"] for item in kept])


def used(responses: Sequence[Mapping[str, Any]]) -> Usage | None:
    """The tokens of several answers; None where one does not say."""
    told = [reported(item) for item in responses]
    found = [item for item in told if item is not None]
    if len(found) < len(told):
        return None
    prompt, reply = (sum(item[name] for item in found) for name in ("prompt_tokens", "completion_tokens"))
    return Usage(calls=len(found), prompt_tokens=prompt, reply_tokens=reply)


def reported(response: Mapping[str, Any]) -> dict[str, int] | None:
    """The tokens that one answer says it took."""
    try:
        body = json.loads(response["body"]["string"])
    except ValueError:
        return None
    found = body.get("usage") if isinstance(body, dict) else None
    return found if isinstance(found, dict) and {"prompt_tokens", "completion_tokens"} <= set(found) else None


def every_trial() -> tuple[Trial, ...]:
    """All that is put to a subject."""
    return tuple(trials(load_tasks()))


def replay_all(state: Path, folder: Path = CASSETTES) -> tuple[Sat, ...]:
    """Baselines and stand-ins, from what is kept. `state` is a folder without a journal."""
    exam, put = Exam(state), every_trial()
    nobody = [baseline(exam, name, put) for name in BASELINES]
    return (*nobody, *(replay_subject(exam, name, put, folder) for name in STAND_INS))
