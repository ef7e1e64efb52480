"""What can go wrong with a model's answer: in what it says, in the body around it, and on the wire."""

import gzip
import json
import socket
import struct
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Final, TypeAlias

from evals.choosers import Advice

Content: TypeAlias = Callable[[Advice], str]
Body: TypeAlias = Callable[[dict[str, object]], bytes]
Wire: TypeAlias = Callable[[BaseHTTPRequestHandler, Event], None]

MEGABYTES = 10 * 1024 * 1024


def _changed(**changes: object) -> Content:
    return lambda advice: json.dumps(advice | changes)


def _choosing(*labels: str, scale: str = "1") -> Content:
    def content(advice: Advice) -> str:
        choices = ",".join(f'{{"id":"{label}","scale":{scale},"style":"taker"}}' for label in labels)
        return json.dumps(advice | {"choices": "HERE"}).replace('"HERE"', f"[{choices}]")

    return content


CONTENT: Final[Mapping[str, Content]] = {
    "garbage": lambda advice: "I would sell everything, if I were you.",
    "wrong schema": lambda advice: json.dumps({"action": "sell", "size": 12}),
    "half a JSON": lambda advice: json.dumps(advice)[:40],
    "extra key": _changed(approve=True),
    "unknown reason code": _changed(reason_codes=["because"]),
    "unknown adjustment": _changed(adjustments=["raise_limits"]),
    "duplicate key": lambda advice: json.dumps(advice)[:-1] + ', "abstain": false}',
    "deep nesting": lambda advice: "[" * 30_000 + "]" * 30_000,
    "NaN": _choosing("c1", scale="NaN"),
    "1e999": _choosing("c1", scale="1e999"),
    "scale of 5": _choosing("c1", scale="5"),
    "a number of 5,000 digits": _choosing("c1", scale="9" * 5_000),
    "lone surrogate": lambda advice: json.dumps(advice | {"prose": "HERE"}).replace("HERE", "\\ud800"),
    "unknown id": _choosing("c99"),
    "refused id": _choosing("c5"),
    "duplicate ids": _choosing("c1", "c1"),
    "ids that exclude each other": _choosing("c1", "c4"),
    "hold and a hedge": _choosing("c1", "c2"),
    "nothing chosen": _choosing(),
    "70 kB": lambda advice: json.dumps(advice | {"prose": "x" * 70_000}),
    "digits in prose": _changed(prose="It costs 12 dollars."),
    "digits of another script": _changed(prose="It costs \u0661\u0662 dollars, or \uff17."),
    "unknown placeholder": _changed(prose="It costs {c1.price}."),
    "placeholder of another candidate": _changed(prose="It costs {c99.cost_usd}."),
    "a link": _changed(prose="See https://example.com/x."),
    "terminal codes": _changed(prose="\x1b[2J all is well"),
}
"""Faults in the text the model wrote."""


def _message(**message: object) -> Body:
    def body(completion: dict[str, object]) -> bytes:
        return json.dumps(
            completion | {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
        ).encode()

    return body


def _finish(reason: str | None) -> Body:
    def body(completion: dict[str, object]) -> bytes:
        choices = json.loads(json.dumps(completion["choices"]))
        choices[0]["finish_reason"] = reason
        return json.dumps(completion | {"choices": choices}).encode()

    return body


def _with_a_tool_call(completion: dict[str, object]) -> bytes:
    choices = json.loads(json.dumps(completion["choices"]))
    choices[0]["message"]["tool_calls"] = [{"id": "x", "type": "function"}]
    return json.dumps(completion | {"choices": choices}).encode()


def _with(**changes: object) -> Body:
    return lambda completion: json.dumps(completion | changes).encode()


def _with_a_second_choice(completion: dict[str, object]) -> bytes:
    choices = json.loads(json.dumps(completion["choices"]))
    other = {"index": 1, "finish_reason": "stop", "message": {"role": "assistant", "content": '{"approve": true}'}}
    return json.dumps(completion | {"choices": [*choices, other]}).encode()


def _tool_loop(completion: dict[str, object]) -> bytes:
    call = {"id": "x", "type": "function", "function": {"name": "get_more_data", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    choices = [{"index": 0, "finish_reason": "tool_calls", "message": message}]
    return json.dumps(completion | {"choices": choices}).encode()


BODY: Final[Mapping[str, Body]] = {
    "refusal": _message(role="assistant", content=None, refusal="I cannot help with that."),
    "length": _finish("length"),
    "filter": _finish("content_filter"),
    "no finish reason": _finish(None),
    "empty": _message(role="assistant", content=""),
    "null content": _message(role="assistant", content=None),
    "content that is a number": _message(role="assistant", content=12),
    "content in parts": _message(role="assistant", content=[{"type": "text", "text": "{}"}]),
    "a key twice": lambda completion: json.dumps(completion).encode()[:-1] + b', "choices": []}',
    "a tool call": _message(role="assistant", content=None, tool_calls=[{"id": "x", "type": "function"}]),
    "a tool call beside an answer": _with_a_tool_call,
    "a tool loop": _tool_loop,
    "no choices": lambda completion: json.dumps(completion | {"choices": []}).encode(),
    "HTML": lambda completion: b"<html><body>Welcome to the hotel's network</body></html>",
    "nothing": lambda completion: b"",
    "a list": lambda completion: b"[1, 2, 3]",
    "half a body": lambda completion: json.dumps(completion).encode()[:60],
    "not UTF-8": lambda completion: b"\xff\xfe\x00",
    "nested body": lambda completion: b"[" * 200_000,
    "10 MB": lambda completion: b" " * MEGABYTES + json.dumps(completion).encode(),
}
"""Faults in the body of an answer whose status is 200."""

ODD: Final[Mapping[str, Body]] = {
    "several choices": _with_a_second_choice,
    "no usage": _with(usage=None),
    "usage below zero": _with(usage={"prompt_tokens": -5, "completion_tokens": -1}),
    "usage of a quintillion": _with(usage={"prompt_tokens": 10**18, "completion_tokens": 10**18}),
}
"""Odd bodies that cost nothing: the first choice stands, and what nobody counted is counted at its worst."""


def status(code: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Wire:
    """An answer of that status; `_` in the name of a header is `-`."""

    def answer(handler: BaseHTTPRequestHandler, closing: Event) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def _stall(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    closing.wait()
    handler.close_connection = True


def _stall_in_the_body(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id":')
    handler.wfile.flush()
    _stall(handler, closing)


def _drip(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """A byte now and then, for ever: no single read takes long."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    while not closing.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def _cut(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "chatcmpl')
    handler.close_connection = True


def _cut_stream(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Events nobody asked for, that stop in the middle of a word without a finish reason or `[DONE]`."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    for piece in ('{\\"choices\\": [{\\"id', '\\": \\"c1'):
        handler.wfile.write(f'data: {{"choices": [{{"delta": {{"content": "{piece}"}}}}]}}\n\n'.encode())
    handler.close_connection = True


def _keep_alive(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Comments of an event stream, for ever, and never an event."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    handler.close_connection = True
    while not closing.wait(0.05):
        handler.wfile.write(b": keep-alive\n\n")
        handler.wfile.flush()


def _reset(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """Half a head, then the connection is torn down rather than closed."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def _endless_head(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    handler.close_connection = True
    while not closing.is_set():
        handler.wfile.write(b"X-More: " + b"x" * 1_000 + b"\r\n")


def _hang_up(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.close_connection = True


def _no_http(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    handler.close_connection = True


def _endless(handler: BaseHTTPRequestHandler, closing: Event) -> None:
    """As much as the client takes."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not closing.is_set():
        handler.wfile.write(b" " * 65_536)


WIRE: Final[Mapping[str, Wire]] = {
    "429": status(429),
    "429, wait 0.3 s": status(429, Retry_After="0.3"),
    "429, wait two minutes": status(429, Retry_After="120"),
    "429, wait nonsense": status(429, Retry_After="NaN"),
    "400": status(400),
    "401": status(401),
    "403": status(403),
    "404": status(404, b"<html>nothing here</html>"),
    "307 to another host": status(307, Location="http://127.0.0.2:1/elsewhere"),
    "302": status(302, Location="http://127.0.0.1:1/elsewhere"),
    "500": status(500),
    "503": status(503, Retry_After="0.1"),
    "500, nested": status(500, b"[" * 200_000),
    "500 with 10 MB": status(500, b"x" * MEGABYTES),
    "gzip bomb": status(200, gzip.compress(b" " * MEGABYTES), Content_Encoding="gzip"),
    "stall": _stall,
    "stall in the body": _stall_in_the_body,
    "drip": _drip,
    "keep-alive": _keep_alive,
    "endless head": _endless_head,
    "reset": _reset,
    "cut off": _cut,
    "cut stream": _cut_stream,
    "hang up": _hang_up,
    "no HTTP": _no_http,
    "endless": _endless,
}
"""Faults of the server or the way to it."""
