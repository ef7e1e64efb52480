"""A reference model server: OpenAI-compatible, deterministic, on this machine only.

It proves what the advisor does with good, foolish and hostile answers. It is no model, and a figure measured
against it says nothing about one.
"""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import ClassVar

from typing_extensions import override

from evals.choosers import Chooser, Seen, engine_first
from evals.faults import BODY, CONTENT, ODD, WIRE
from oracle_core.agent.budget import estimated_tokens

MODEL = "reference"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    path: str
    authorization: str
    body: str

    @property
    def seen(self) -> Seen:
        messages = json.loads(self.body)["messages"]
        document: Seen = json.loads(messages[1]["content"])
        return document


@dataclass(slots=True)
class ReferenceServer:
    """What it answers with, and what it was asked. A fault holds for the first `faulty_calls` calls."""

    chooser: Chooser = engine_first
    fault: str | None = None
    faulty_calls: int = 1_000
    calls: list[Call] = field(default_factory=list)
    closing: Event = field(default_factory=Event)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler, call: Call) -> None:
        heard = sum(before.body == call.body for before in self.calls)
        self.calls.append(call)
        fault = self.fault if len(self.calls) <= self.faulty_calls else None
        if fault in WIRE:
            WIRE[fault](handler, self.closing)
            return
        seen = call.seen
        advice = self.chooser({**seen, "asked": heard})
        content = CONTENT[fault](advice) if fault in CONTENT else json.dumps(advice)
        body = completion(content) | {"usage": usage(call.body, content)}
        bent = {**BODY, **ODD}.get(fault or "")
        _send(handler, bent(body) if bent else json.dumps(body).encode())


def completion(content: str) -> dict[str, object]:
    """A chat completion around what the model says, the same on every run."""
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": "chatcmpl-reference",
        "object": "chat.completion",
        "created": 1767312000,
        "model": MODEL,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }


def usage(asked: str, answered: str) -> dict[str, int]:
    """Tokens as a provider reports them, by the desk's own estimate."""
    prompt = estimated_tokens(*(message["content"] for message in json.loads(asked)["messages"]))
    reply = estimated_tokens(answered)
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}


@contextmanager
def serving(server: ReferenceServer) -> Iterator[ReferenceServer]:
    """The server, answering on a free port of the loopback interface."""

    class Handler(_Handler):
        reference = server

    with _Quiet(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}/v1"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as it should on a fault, is no error here; any other is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    reference: ClassVar[ReferenceServer]
    protocol_version = "HTTP/1.1"
    # One write an answer, sent at once: else every call waits 40 ms for a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        call = Call(self.path, self.headers.get("Authorization", ""), body)
        try:
            self.reference.answer(self, call)
            self.wfile.flush()
        except ConnectionError:  # the client has hung up, as it should on a fault
            self.close_connection = True

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the calls are kept in `calls`."""


def _send(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def not_answering() -> Iterator[str]:
    """The address of a port whose queue of waiting connections is full: connecting to it hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(address)
        try:
            yield f"http://127.0.0.1:{address[1]}/v1"
        finally:
            for client in waiting:
                client.close()
