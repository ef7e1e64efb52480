"""Tokens: what an answer takes, prompt and reply together, as the provider counts them."""

from evals.scores.score import Measured, Sat, Score


def _measure(sat: Sat) -> Measured | None:
    used = sat.usage
    if used is None or not sat.answers:
        return None
    return Measured(value=(used.prompt_tokens + used.reply_tokens) / len(sat.answers), count=used.calls)


SCORE = Score(
    name="tokens", about="per answer, all its calls together", unit="tokens", better="lower", measure=_measure,
    gated=False, asked_only=True,
)  # fmt: skip
