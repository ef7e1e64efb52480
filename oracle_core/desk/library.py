"""The playbook and the file formats as a person asks for them: list, show, validate, schema."""

import json
from pathlib import Path

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import NamedRequest, PlaybookRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.errors import InputError, fault
from oracle_core.playbook.limit_rows import limit_rows
from oracle_core.playbook.load import list_personas, list_strategies, load_persona, load_strategy
from oracle_core.playbook.schemas import FILES, file_text, json_schema
from oracle_core.playbook.sentences import paragraph, rule
from oracle_core.strict_json import StrictModel, nearest
from oracle_core.venues.book_file import BookFile
from oracle_core.venues.market_file import MarketFile

DATA_FILES: dict[str, type[StrictModel]] = {"book": BookFile, "market": MarketFile}


def strategies(desk: Desk, request: PlaybookRequest) -> Document:
    """`oracle.strategies/1`: what there is; deprecated ones only when everything is asked for."""
    found = list_strategies(desk.settings.strategies, deprecated=request.everything)
    rows: list[Json] = [
        {
            "name": item.value.name,
            "status": item.value.status.value,
            "horizon_hours": item.value.horizon_hours,
            "summary": item.value.summary,
            "path": item.path.name,
        }
        for item in found
    ]
    return {"schema": "oracle.strategies/1", "rows": rows}


def strategy(desk: Desk, request: NamedRequest) -> Document:
    """`oracle.strategy_view/1`: one strategy as sentences made from its data."""
    found = load_strategy(request.name, desk.settings.strategies)
    return {
        "schema": "oracle.strategy_view/1",
        "name": found.value.name,
        "status": found.value.status.value,
        "rule": rule(found.value),
        "sentences": [paragraph(found.value)],
        "file": json.loads(file_text(found.value)),
        "warnings": list(found.warnings),
    }


def personas(desk: Desk, _: PlaybookRequest) -> Document:
    """`oracle.personas/1`: what there is, from the most cautious on."""
    found = sorted(list_personas(desk.settings.personas), key=lambda item: (item.value.rank, item.value.name))
    rows: list[Json] = [
        {
            "name": item.value.name,
            "rank": item.value.rank,
            "objective": item.value.objective.value,
            "strategy_weights": to_json(item.value.strategy_weights),
            "path": item.path.name,
        }
        for item in found
    ]
    return {"schema": "oracle.personas/1", "rows": rows}


def persona(desk: Desk, request: NamedRequest) -> Document:
    """`oracle.persona_view/1`: every number of one persona with its unit."""
    found = load_persona(request.name, desk.settings.personas, strategies=desk.settings.strategies)
    return {
        "schema": "oracle.persona_view/1",
        "name": found.value.name,
        "rows": to_json(limit_rows(found.value)),
        "file": json.loads(file_text(found.value)),
        "warnings": list(found.warnings),
    }


def validate_strategy(desk: Desk, request: NamedRequest) -> Document:
    """`oracle.validation/1`: a strategy file that is sound.

    Raises: InputError: every fault of it.
    """
    found = load_strategy(request.name, desk.settings.strategies)
    return _valid("strategy", found.value.name, found.path, found.warnings)


def validate_persona(desk: Desk, request: NamedRequest) -> Document:
    """`oracle.validation/1`: a persona file that is sound and within the desk's caps.

    Raises: InputError: every fault of it.
    """
    found = desk.persona(request.name)
    return _valid("persona", found.value.name, found.path, found.warnings)


def schema(_: Desk, request: NamedRequest) -> Document:
    """The JSON Schema of a file: `book`, `market`, `strategy` or `persona`.

    Raises: InputError: there is no file of that name.
    """
    if request.name in FILES:
        found = json_schema(request.name)
    elif request.name in DATA_FILES:
        model: dict[str, object] = DATA_FILES[request.name].model_json_schema(by_alias=True)
        base = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"oracle.{request.name}/1"}
        found = {**base, **model}
    else:
        wanted = nearest(request.name, [*FILES, *DATA_FILES])
        raise InputError([fault("schema", "name", request.name, f"a file of Oracle Core, {wanted}")])
    return json.loads(json.dumps(found))


def _valid(kind: str, name: str, path: Path, warnings: tuple[str, ...]) -> Document:
    return {"schema": "oracle.validation/1", "kind": kind, "name": name, "path": str(path), "ok": True,
            "warnings": list(warnings)}  # fmt: skip
