"""How a conversation is kept: matched by what was asked, without headers, in files a person can read and diff.

What was asked stands once, in `asked/`, named by its content, however many cassettes ask it: a changed figure of the
engine then changes one file, and the answers of every stand-in stay as they are.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from vcr import VCR
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.request import Request
from vcr.serialize import deserialize, serialize

KEPT_HEADERS: Final = frozenset({"content-type", "retry-after"})
"""All others say who recorded, when and with which version; some are secret."""
MATCH_ON: Final = ("method", "path", "question")
HOST: Final = "http://reference/v1"
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "spaced": {},
}


ASKED: Final = "asked"
_LONG: Final = 400
"""Characters from which a text with several lines stands in a file of its own."""


class Shared:
    """Writes a cassette as its answers, with what was asked in files beside it."""

    @classmethod
    def load_cassette(cls, cassette_path: str | Path, serializer: Any) -> Any:
        path = Path(cassette_path)
        if not path.is_file():
            raise CassetteNotFoundError
        return deserialize(whole(path), serializer)

    @staticmethod
    def save_cassette(cassette_path: str | Path, cassette_dict: Any, serializer: Any) -> None:
        path = Path(cassette_path)
        (path.parent / ASKED).mkdir(parents=True, exist_ok=True)
        tree = json.loads(serialize(cassette_dict, serializer))
        for kept in tree["interactions"]:
            kept["request"]["body"] = _apart(kept["request"]["body"], path.parent)
        path.write_text(_text(tree), encoding="utf-8")


def whole(path: Path) -> str:
    """A cassette with everything that was asked put back where it belongs."""
    return _text(_together(json.loads(path.read_text(encoding="utf-8")), path.parent))


def pieces(path: Path) -> list[Path]:
    """The files that a cassette, or a piece, rests on, each once, in the order they are met."""
    found: dict[Path, None] = {}
    for name in _named(json.loads(path.read_text(encoding="utf-8"))):
        piece = (path.parent if path.parent.name == ASKED else path.parent / ASKED) / name
        found |= dict.fromkeys((piece, *pieces(piece)))
    return list(found)


def digest(path: Path) -> str:
    """Names the bytes of a cassette and of everything it rests on: any line edited gives another."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in (path, *pieces(path)))).hexdigest()


def _text(tree: Any) -> str:
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _apart(tree: Any, folder: Path) -> Any:
    """The tree, kept in a file under the name of its content, and where it is."""
    inner = _lines_apart(tree, folder)
    text = _text(inner)
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    (folder / ASKED / name).write_text(text, encoding="utf-8")
    return {"piece": name}


def _lines_apart(tree: Any, folder: Path) -> Any:
    if isinstance(tree, dict):
        return {key: _lines_apart(item, folder) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_lines_apart(item, folder) for item in tree]
    if isinstance(tree, str) and len(tree) >= _LONG and "\n" in tree:
        return {"lines": _apart(tree.split("\n"), folder)}
    return tree


def _together(tree: Any, folder: Path) -> Any:
    if isinstance(tree, list):
        return [_together(item, folder) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"piece"}:
        return _together(json.loads((folder / ASKED / tree["piece"]).read_text(encoding="utf-8")), folder)
    if set(tree) == {"lines"}:
        return "\n".join(_together(tree["lines"], folder))
    return {key: _together(item, folder) for key, item in tree.items()}


def _named(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for item in tree:
            yield from _named(item)
    elif isinstance(tree, dict):
        if set(tree) == {"piece"}:
            yield tree["piece"]
        else:
            yield from _named(list(tree.values()))


class Readable:
    """A cassette as JSON in which every text that is itself JSON stands as what it says."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return _text(_unfold(cassette))

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
    """Make `Readable` and `Shared` the way of writing a cassette."""
    vcr.register_serializer("json", Readable)
    vcr.register_persister(Shared)
    vcr.register_matcher("question", same_question)


def same_question(asked: Request, kept: Request) -> None:
    """Matches what was asked as JSON; else the first line that differs.

    VCR's own matcher of bodies writes every difference out, for each recorded question that is not the one.

    Raises: AssertionError: something else was asked.
    """
    if _said(asked.body) == _said(kept.body):
        return
    lines = (str(request.body).split(r"\\n") for request in (kept, asked))
    found = next(((one, other) for one, other in zip_longest(*lines, fillvalue="") if one != other), ("", ""))
    raise AssertionError(f"recorded {found[0][-_LONG:]!r}, asked {found[1][-_LONG:]!r}")


@lru_cache(maxsize=1_024)
def _said(body: bytes | str | None) -> Any:
    try:
        return json.loads(body or "null")
    except ValueError:
        return body


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
