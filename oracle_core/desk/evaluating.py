"""The evals of a checkout, run in a process of their own: they are no part of the package and load test tools."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import oracle_core
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import EvalRecordRequest, EvalReportRequest, EvalRunRequest
from oracle_core.errors import InputError, fault

CHECKOUT = Path(oracle_core.__file__).resolve().parents[1]
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL")
"""What a live run takes from the environment, beside what every process needs."""
PROCESS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY")


def run(desk: Desk, request: EvalRunRequest) -> Document:
    """`oracle.scorecard/1`: every stand-in's scores from its recorded answers, and a live model's where one is asked.

    Raises: InputError: this is no checkout, or a live run has no key and address, or its budget is too small.
    """
    if not request.live:
        return _evals(desk, "run")
    model = desk.settings.model
    given: dict[str, object] = {
        "--budget": request.budget,
        "--model": request.model or model.name,
        "--prompt-price": _given(request.prompt_price, model.usd_per_million_prompt_tokens),
        "--reply-price": _given(request.reply_price, model.usd_per_million_reply_tokens),
    }
    options = [str(part) for name, value in given.items() if value is not None for part in (name, value)]
    options += [] if model.send_temperature else ["--no-temperature"]
    address = {"OPENAI_BASE_URL": model.base_url} if model.base_url else {}
    return _evals(desk, "run", "--live", *options, keys={**desk.environment, **address})


def record(desk: Desk, request: EvalRecordRequest) -> Document:
    """`oracle.eval-record/1`: what changed, and the scores that got worse and were not kept.

    Raises: InputError: this is no checkout.
    """
    why = () if request.accept is None else ("--accept", request.accept)
    return _evals(desk, "record", *(("--check",) if request.check else ()), *why)


def report(desk: Desk, request: EvalReportRequest) -> Document:
    """`oracle.scorecard/1`, written as Markdown, as a page and as JSON.

    Raises: InputError: this is no checkout.
    """
    folder = (request.folder or desk.settings.state / "evals").resolve()
    found = _evals(desk, "report", "--folder", str(folder))
    return {**found, "files": [str(folder / f"scorecard.{ending}") for ending in ("md", "html", "json")]}


def _given(asked: float | None, configured: float | None) -> float | None:
    return configured if asked is None else asked


def _evals(desk: Desk, *arguments: str, keys: Mapping[str, str] | None = None) -> Document:
    """What the evals print; what they tell on the way goes to this process's own stderr, but for their errors."""
    if not (CHECKOUT / "evals" / "__main__.py").is_file():
        wanted = "a checkout of Oracle Core: an installed package does not carry them"
        raise InputError([fault("eval", "evals", "absent", wanted)])
    kept = {name: desk.environment.get(name) or os.environ.get(name, "") for name in PROCESS}
    kept |= {name: text for name in KEYS if (text := (keys or {}).get(name))}
    command = [sys.executable, "-m", "evals", *arguments, "--format", "json"]
    environment = {name: text for name, text in kept.items() if text}
    # Our own program with options that were checked; no shell reads them.
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if not done.stdout:
        ended = f"ended with {done.returncode}"
        raise InputError([fault("eval", arguments[0], ended, "a scorecard; what is wrong is told above")])
    found: Document = json.loads(done.stdout)
    return found
