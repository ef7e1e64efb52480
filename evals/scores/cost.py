"""Cost: USD per answer, at the prices given. Without prices there is none, which is not zero."""

from evals.scores.score import Measured, Price, Sat, Score, Usage


def usd(used: Usage, price: Price) -> float:
    """What tokens cost.

    >>> usd(Usage(calls=1, prompt_tokens=1_000_000, reply_tokens=500_000), Price(prompt=1.0, reply=4.0))
    3.0
    """
    return (used.prompt_tokens * price.prompt + used.reply_tokens * price.reply) / 1e6


def _measure(sat: Sat) -> Measured | None:
    if sat.usage is None or sat.price is None or not sat.answers:
        return None
    return Measured(value=usd(sat.usage, sat.price) / len(sat.answers), count=sat.usage.calls)


SCORE = Score(
    name="cost", about="per answer, at the prices given", unit="USD", better="lower", measure=_measure, gated=False,
    asked_only=True,
)  # fmt: skip
