"""The messages a model is sent: fixed instructions, and one JSON document of facts, candidates and fenced text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from oracle_core.agent.advice import SCALES, WireAdvice
from oracle_core.agent.ending import MEANING, Ending
from oracle_core.agent.offer import Offer, is_duty, is_offered
from oracle_core.agent.prose import FIGURES, figure_names
from oracle_core.agent.question import Question
from oracle_core.agent.tokens import ESTIMATOR, Counter
from oracle_core.agent.untrusted import GUIDANCE_CHARS, NOTE_CHARS, clean_name, clean_text
from oracle_core.domain.canonical import Json, canonical_json, content_hash
from oracle_core.domain.hedge import ActionKind, CandidateAction, Pick

PROMPTS: Final = {"advise": 1, "again": 1}
"""The prompt files, with the version of what they say: it goes up with any edit."""
MOST_SPARE: Final = 40
"""How many candidates are shown beside those that must be."""
_NOTES: Final = 20
_FACT_CHARS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is sent, in full: it is a pure function of the question, the screening and the token budget."""

    system: str
    user: str
    labels: tuple[str, ...]
    tokens: int
    """What messages and reply schema count together."""
    tokenizer: str
    """Who counted: an encoding, or `estimated`."""

    @property
    def hash(self) -> str:
        """Names the messages and the reply schema together."""
        return content_hash([self.system, self.user, reply_schema(self.labels)])


@cache
def prompt_text(name: str) -> str:
    """A prompt from its file: one of `PROMPTS`, or one that no decision is made with."""
    return files("oracle_core.agent").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()


def prompt_versions() -> dict[str, str]:
    """The prompts and the reply schema by version and content hash, for a record's `versions`."""
    texts = {f"prompt.{name}": f"{version}-{content_hash(prompt_text(name))[:16]}" for name, version in PROMPTS.items()}
    return texts | {"prompt.schema": content_hash(reply_schema(("c1",)))[:16]}


def complaint_about(ending: Ending) -> str:
    """What is said to a model whose reply could not be used; nothing of the reply is repeated to it."""
    return prompt_text("again").replace("{fault}", MEANING[ending])


def reply_schema(labels: Sequence[str]) -> dict[str, Json]:
    """The JSON schema of a reply to one prompt: the ids are those offered, and no others."""
    ids: Json = {"type": "string", "enum": list(labels)}
    scales: Json = {"type": "number", "enum": list(SCALES)}
    schema = _closed(_open_schema(), {"id": ids, "scale": scales})
    assert isinstance(schema, dict)
    return schema


@cache
def _open_schema() -> Json:
    return WireAdvice.model_json_schema()


def _closed(tree: Json, closed: Mapping[str, Json]) -> Json:
    """A schema without titles and descriptions, in which the named properties are the given ones."""
    if isinstance(tree, list):
        return [_closed(item, closed) for item in tree]
    if not isinstance(tree, dict):
        return tree
    kept = {key: item for key, item in tree.items() if key not in ("title", "description")}
    return {key: closed[key] if key in closed else _closed(item, closed) for key, item in kept.items()}


def offer_of(candidates: Sequence[CandidateAction], labels: Sequence[str], facts: Mapping[str, str]) -> Offer:
    """The closed sets of a prompt that offers these labels."""
    allowed = set(labels)
    return Offer(
        candidates={item.label: item for item in candidates if item.label in allowed and is_offered(item)},
        refused=frozenset(item.label for item in candidates if not is_offered(item)),
        figures=figure_names(labels, facts),
    )


def write_prompt(
    question: Question,
    candidates: Sequence[CandidateAction],
    engine: Sequence[Pick],
    max_tokens: int,
    counter: Counter = ESTIMATOR,
) -> Prompt | None:
    """The prompt for the screened candidates, trimmed until it fits; None when even the least does not.

    First the untrusted texts are shortened, by halves down to nothing, then candidates are left out from the
    worst rank. Hold and the engine's own choice always stay.
    """
    ranked = _ranked([item for item in candidates if is_offered(item)])
    chosen = {pick.id for pick in engine}
    needed = [item for item in ranked if item.id in chosen or item.kind is ActionKind.HOLD]
    spare = [item for item in ranked if item.id not in chosen and item.kind is not ActionKind.HOLD][:MOST_SPARE]
    for share in (1.0, 0.5, 0.25, 0.0):
        prompt = _write(question, _ranked(needed, spare), engine, share, counter)
        if prompt.tokens <= max_tokens:
            return prompt

    def without_words(offered: Sequence[CandidateAction]) -> Prompt:
        return _write(question, offered, engine, 0.0, counter)

    return _without_the_worst(needed, spare, max_tokens, without_words)


def _without_the_worst(
    needed: Sequence[CandidateAction],
    spare: Sequence[CandidateAction],
    max_tokens: int,
    write: Callable[[Sequence[CandidateAction]], Prompt],
) -> Prompt | None:
    """The prompt with as many of the spare candidates, from the best, as fit."""
    low, high = 0, len(spare)
    while low < high:
        middle = (low + high + 1) // 2
        fits = write(_ranked(needed, spare[:middle])).tokens <= max_tokens
        low, high = (middle, high) if fits else (low, middle - 1)
    prompt = write(_ranked(needed, spare[:low]))
    return prompt if prompt.tokens <= max_tokens else None


def _ranked(*groups: Sequence[CandidateAction]) -> list[CandidateAction]:
    return sorted((item for group in groups for item in group), key=lambda item: item.rank)


def _write(
    question: Question, offered: Sequence[CandidateAction], engine: Sequence[Pick], share: float, counter: Counter
) -> Prompt:
    chosen = {pick.id for pick in engine}
    document: Json = {
        "as_of": f"{question.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "facts": {_fact(name): _fact(text) for name, text in question.facts.items()},
        "candidates": [_shown(item) for item in offered],
        "engine_choice": [item.label for item in offered if item.id in chosen],
        "untrusted_text": _untrusted(question, share),
    }
    user, labels = canonical_json(document).decode(), tuple(item.label for item in offered)
    schema = canonical_json(reply_schema(labels)).decode()
    return Prompt(
        system=prompt_text("advise"),
        user=user,
        labels=labels,
        tokens=counter.count(prompt_text("advise"), user, schema),
        tokenizer=counter.name,
    )


def _shown(candidate: CandidateAction) -> Json:
    figures = {name: figure(candidate) for name, figure in FIGURES.items() if name != "label"}
    return figures | {
        "id": candidate.label,
        "coin": clean_name(candidate.coin or ""),
        "duty": is_duty(candidate),
        "remarks": [_fact(reason) for reason in candidate.reasons],
    }


def _fact(text: str) -> str:
    return clean_text(text, _FACT_CHARS)


def _untrusted(question: Question, share: float) -> Json:
    guidance, note = int(GUIDANCE_CHARS * share), int(NOTE_CHARS * share)
    return {
        "strategy_name": clean_name(question.strategy_name),
        "strategy_guidance": clean_text(question.strategy_guidance, guidance) if guidance else "",
        "persona_name": clean_name(question.persona_name),
        "persona_guidance": clean_text(question.persona_guidance, guidance) if guidance else "",
        "operator_notes": [clean_text(text, note) for text in question.notes[:_NOTES]] if note else [],
    }
