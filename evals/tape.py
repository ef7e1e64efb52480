"""How a conversation is kept: matched by what was asked, without headers, in files a person can read and diff."""

import json
from typing import Any, Final

from vcr import VCR
from vcr.request import Request

KEPT_HEADERS: Final = frozenset({"content-type", "retry-after"})
"""All others say who recorded, when and with which version; some are secret."""
MATCH_ON: Final = ("method", "path", "body")
HOST: Final = "http://reference/v1"
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "spaced": {},
}


class Readable:
    """A cassette as JSON in which every text that is itself JSON stands as what it says."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return json.dumps(_unfold(cassette), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        return _fold(json.loads(text))


def configuration() -> dict[str, Any]:
    """The settings of every recording and every replay."""
    return {
        "match_on": list(MATCH_ON),
        "before_record_request": _request,
        "before_record_response": _response,
        "serializer": "json",
    }


def register(vcr: VCR) -> None:
    """Make `Readable` the way of writing a cassette's JSON."""
    vcr.register_serializer("json", Readable)


def _request(request: Request) -> Request:
    request.uri = HOST + request.path.removeprefix("/v1")
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS}
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    headers = {name: value for name, value in response["headers"].items() if name.lower() in KEPT_HEADERS}
    return response | {"headers": headers}


def _unfold(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unfold(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unfold(item) for item in value]
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        inner = json.loads(value)
    except ValueError:
        return value
    for name, style in _STYLES.items():
        if json.dumps(inner, **style) == value:
            return {f"json, {name}": _unfold(inner)}
    return value


def _fold(value: Any) -> Any:
    if isinstance(value, list):
        return [_fold(item) for item in value]
    if not isinstance(value, dict):
        return value
    for name, style in _STYLES.items():
        if set(value) == {f"json, {name}"}:
            return json.dumps(_fold(value[f"json, {name}"]), **style)
    return {key: _fold(item) for key, item in value.items()}
