"""Cost: USD per answer, at the prices given. Without prices there is none, which is not zero."""

from evals.scores.score import Measured, Sat, Score


def _measure(sat: Sat) -> Measured | None:
    if sat.usage is None or sat.price is None or not sat.answers:
        return None
    return Measured(
        value=sat.price.usd(sat.usage.prompt_tokens, sat.usage.reply_tokens) / len(sat.answers), count=sat.usage.calls
    )


SCORE = Score(
    name="cost", about="per answer, at the prices given", unit="USD", better="lower", measure=_measure, gated=False,
    asked_only=True,
)  # fmt: skip
