"""Several answers to one question: the choice that enough of them share, or none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from oracle_core.agent.advice import Advice, Rejection
from oracle_core.agent.ending import Ending

_Made: TypeAlias = frozenset[tuple[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What a round of answers comes to: which of them stands, if any, what is wrong, and how many of it agree."""

    fault: Ending | None
    stands: int | None
    share: float


def vote(answers: Sequence[Advice | Rejection], samples: int, agreement: float) -> Vote:
    """The choice that at least the share `agreement` of `samples` made, as the first of them with sound prose says it.

    Answers that were not given, or do not hold, agree with nobody. Choices are the same when they name the same
    candidates at the same scale; order styles may differ.
    """
    choices = [found.kept if isinstance(found, Rejection) else found for found in answers]
    made = {number: _made(choice) for number, choice in enumerate(choices) if choice is not None}
    if not made:
        first = answers[0]
        return Vote(fault=first.ending if isinstance(first, Rejection) else None, stands=None, share=0.0)
    winner, count = Counter(made.values()).most_common(1)[0]
    share = count / samples
    if share < agreement:
        return Vote(fault=Ending.DISAGREEMENT, stands=None, share=share)
    of_winner = [number for number, choice in made.items() if choice == winner]
    sound = [number for number in of_winner if isinstance(answers[number], Advice)]
    return Vote(fault=None if sound else Ending.PROSE, stands=(sound or of_winner)[0], share=share)


def _made(choice: Advice) -> _Made:
    """What was chosen; nothing for who abstained."""
    return frozenset((pick.id, pick.scale) for pick in choice.picks)
