"""Asking a model over HTTP: calls bounded in time, size and cost that end in a `Reply` whatever the server does."""

import asyncio
import math
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Final

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from oracle_core.agent.advisor import OpenAIAdvisor, is_loopback
from oracle_core.agent.breaker import ENDPOINT_FAILED
from oracle_core.agent.budget import Spend
from oracle_core.agent.ending import Ending
from oracle_core.agent.ledger import UnaccountedError
from oracle_core.agent.prompt import reply_schema
from oracle_core.agent.reply import RETRY_AFTER_MAX, Reply, read_completion
from oracle_core.agent.request import Request, next_request
from oracle_core.agent.run import Run
from oracle_core.agent.state import State
from oracle_core.agent.tokens import Counter

BODY_BYTES: Final = 1024 * 1024
"""A longer body is not read to its end."""
SEED: Final = 7
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500


class TooLargeError(Exception):
    """The body is longer than is read, or compressed, so that nobody knows how long it is."""


def asker(
    advisor: OpenAIAdvisor, until: float, run: Run, counter: Counter
) -> Callable[[State], Awaitable[list[Reply]]]:
    """How a session asks its model, until a moment on the running loop's clock."""

    async def ask(state: State) -> list[Reply]:
        request = next_request(state, advisor, until - asyncio.get_running_loop().time(), counter)
        return [request] if isinstance(request, Reply) else await _round(advisor, request, until, run, advisor.samples)

    return ask


async def ask_once(advisor: OpenAIAdvisor, request: Request, run: Run) -> Reply:
    """One call for one reply, and no second try."""
    (found,) = await _round(advisor, request, asyncio.get_running_loop().time() + request.seconds, run, 1)
    return found


async def _round(advisor: OpenAIAdvisor, request: Request, until: float, run: Run, samples: int) -> list[Reply]:
    """The replies of calls made at once, reserved before and settled after; one that says why none may be made."""
    now = asyncio.get_running_loop().time
    try:
        reserved = _reserve(advisor, request, run, samples=samples)
    except UnaccountedError:
        return [Reply(ending=Ending.UNACCOUNTED)]
    if isinstance(reserved, Reply):
        return [reserved]
    started = now()
    found = list(await asyncio.gather(*(_answer(advisor, request, until, run, n) for n in range(samples))))
    with suppress(UnaccountedError):  # then the reservation stands, at its worst
        run.ledger.settle(reserved, request.spent(found, now() - started))
        run.ledger.heard(request.url, advisor.model, _best(found), advisor.breaker)
    return found


def _reserve(advisor: OpenAIAdvisor, request: Request, run: Run, *, samples: int) -> int | Reply:
    """The reservation of a round of calls, or the reply that says why none may be made.

    Raises: UnaccountedError: the ledger cannot be read or written.
    """
    reserved = run.ledger.reserve(run.cycle, request.worst(samples), advisor.budget)
    if reserved is None:
        return Reply(ending=Ending.BUDGET)
    if not run.ledger.admits(request.url, advisor.model, advisor.breaker):
        run.ledger.settle(reserved, Spend(calls=0, tokens=0, seconds=0.0, usd=0.0))
        return Reply(ending=Ending.BREAKER)
    return reserved


async def _answer(advisor: OpenAIAdvisor, request: Request, until: float, run: Run, sample: int) -> Reply:
    try:
        async with asyncio.timeout_at(until):  # the client's own timeouts are per read, and a drip resets them
            await asyncio.sleep(request.pause)
            return read_completion(await _post(advisor, request, run, sample))
    except (TimeoutError, TooLargeError, openai.OpenAIError, httpx2.HTTPError) as error:
        return _failed(error)


def _best(found: list[Reply]) -> Ending:
    """How the endpoint did: one answer among many calls is an endpoint that answers."""
    return next((reply.ending for reply in found if reply.ending not in ENDPOINT_FAILED), found[0].ending)


def _failed(error: Exception) -> Reply:
    """The reply that a failure of the call is."""
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return Reply(ending=Ending.TIMEOUT)
    if isinstance(error, openai.APIStatusError):
        return _refused(error.response)
    return Reply(ending=Ending.OVERSIZE if isinstance(error, TooLargeError) else Ending.UNREACHABLE)


async def _post(advisor: OpenAIAdvisor, request: Request, run: Run, sample: int) -> bytes:
    """The body of the answer, as it came.

    The raw body rather than a parsed completion: the client raises other things, or nothing at all, when a
    server answers 200 with something that is no completion.
    """

    def hear(size: int) -> None:
        run.tell({"event": "delta", "sample": sample, "bytes": size})

    hear(0)
    async with _connection(advisor, request.url, hear) as client:
        response = await client.chat.completions.with_raw_response.create(
            model=advisor.model,
            messages=_messages(request),
            response_format=_response_format(request),
            max_completion_tokens=request.reply_tokens,
            temperature=openai.omit if advisor.temperature is None else advisor.temperature,
            seed=SEED + sample,
        )
        return response.content


@asynccontextmanager
async def _connection(
    advisor: OpenAIAdvisor, url: str, hear: Callable[[int], None]
) -> AsyncGenerator[openai.AsyncOpenAI]:

    async def bound(response: httpx2.Response) -> None:
        _bound(response, hear)

    transport = httpx2.AsyncClient(
        verify=_trusted(),
        trust_env=not is_loopback(url),  # HTTP_PROXY would stand before this machine itself
        follow_redirects=False,
        timeout=None,  # the caller holds the one deadline
        event_hooks={"response": [bound]},
        headers={"Accept-Encoding": "identity"},
    )
    async with openai.AsyncOpenAI(
        base_url=url, api_key=advisor.api_key or "none", max_retries=0, timeout=None, http_client=transport
    ) as client:
        yield client


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of this machine: reading them takes longer than the rest of a call."""
    return httpx2.create_ssl_context()


def _messages(request: Request) -> list[ChatCompletionMessageParam]:
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": request.prompt.system},
        {"role": "user", "content": request.prompt.user},
    ]
    if request.complaint is not None:
        messages.append({"role": "user", "content": request.complaint})
    return messages


def _response_format(request: Request) -> ResponseFormatJSONSchema:
    given = request.schema
    schema: dict[str, object] = dict(reply_schema(request.prompt.labels) if given is None else given)
    name = "advice" if given is None else "extraction"
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}


def _refused(response: httpx2.Response) -> Reply:
    """The reply that an HTTP status is."""
    if response.status_code == _TOO_MANY_REQUESTS:
        return Reply(ending=Ending.HTTP_429, retry_after=_retry_after(response))
    if response.status_code >= _SERVER_ERROR:
        return Reply(ending=Ending.HTTP_5XX, retry_after=_retry_after(response))
    return Reply(ending=Ending.HTTP_4XX)


def _retry_after(response: httpx2.Response) -> float | None:
    try:
        seconds = float(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, RETRY_AFTER_MAX) if math.isfinite(seconds) and seconds >= 0.0 else None


def _bound(response: httpx2.Response, hear: Callable[[int], None]) -> None:
    """Before the body is read: a compressed one is not, and any other only so far."""
    stream = response.stream
    if response.headers.get("content-encoding", "identity") != "identity":
        raise TooLargeError
    assert isinstance(stream, httpx2.AsyncByteStream)
    response.stream = _BoundedStream(stream, hear)


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, hear: Callable[[int], None]) -> None:
        self._stream = stream
        self._hear = hear

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > BODY_BYTES:
                raise TooLargeError
            self._hear(size)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
