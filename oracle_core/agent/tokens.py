"""Counting tokens without the network: with the encoding's own rank file where it is installed, else estimated."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from oracle_core.agent.budget import MESSAGE_TOKENS, estimated_tokens

ESTIMATED: Final = "estimated"


class RankFile(NamedTuple):
    """Where tiktoken keeps an encoding's ranks in its cache folder, and what they must hash to."""

    name: str
    sha256: str


RANK_FILES: Final[Mapping[str, RankFile]] = {
    "o200k_base": RankFile(
        "fb374d419588a4632f3f557e76b4b70aebbca790", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
    ),
    "cl100k_base": RankFile(
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
    ),
}


class Counter(NamedTuple):
    """Who counts: the name of an encoding or `estimated`, and how many tokens texts have together."""

    name: str
    count: Callable[..., int]


ESTIMATOR: Final = Counter(ESTIMATED, estimated_tokens)


def counter(model: str, environment: Mapping[str, str] | None = None) -> Counter:
    """The counter for a model: its own tokenizer where that is known and installed, else the estimate.

    Never asks the network: tiktoken is called only when the rank file it would fetch is there and sound.

    >>> counter("a-model-of-our-own").name
    'estimated'
    """
    encoding = encoding_of(model)
    if encoding is None or not is_installed(encoding, os.environ if environment is None else environment):
        return ESTIMATOR
    return Counter(encoding, _exact(encoding))


def encoding_of(model: str) -> str | None:
    """The encoding a model is known to use; None where nobody knows.

    >>> encoding_of("gpt-4o-mini"), encoding_of("a-model-of-our-own")
    ('o200k_base', None)
    """
    from tiktoken.model import encoding_name_for_model  # noqa: PLC0415 - the engine alone counts no tokens

    try:
        return encoding_name_for_model(model)
    except KeyError:
        return None


def is_installed(encoding: str, environment: Mapping[str, str]) -> bool:
    """Whether the encoding's rank file lies in tiktoken's cache folder, unchanged."""
    wanted = RANK_FILES.get(encoding)
    folder = cache_folder(environment)
    if wanted is None or folder is None:
        return False
    try:
        return hashlib.sha256((folder / wanted.name).read_bytes()).hexdigest() == wanted.sha256
    except OSError:
        return False


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where tiktoken looks for rank files; None where it is told to keep none."""
    for name in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if name in environment:
            return Path(environment[name]) if environment[name] else None
    return Path(tempfile.gettempdir()) / "data-gym-cache"


@cache
def _exact(encoding: str) -> Callable[..., int]:
    import tiktoken  # noqa: PLC0415 - as above

    ranks = tiktoken.get_encoding(encoding)

    def count(*texts: str) -> int:
        # Text that spells a special token is text: it is counted as the provider counts it, and never raises.
        return MESSAGE_TOKENS + sum(len(ranks.encode(text, disallowed_special=())) for text in texts)

    return count
