"""Older strategy and persona files rewritten in today's form, with an account of what each old key became."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import OldFileRequest
from oracle_core.domain.canonical import Json
from oracle_core.errors import InputError, fault
from oracle_core.playbook.legacy import Became
from oracle_core.playbook.legacy_persona import import_persona
from oracle_core.playbook.legacy_strategy import import_strategy
from oracle_core.playbook.load import list_personas, list_strategies
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.schemas import file_text
from oracle_core.playbook.strategy import Strategy


def strategy_import(desk: Desk, request: OldFileRequest) -> Document:
    """`oracle.legacy_import/1`: an older strategy as a file of today.

    Raises: InputError: no such file, a key that cannot be mapped, or a file of that name is there already.
    """
    templates = {item.value.name: item.value for item in list_strategies(desk.settings.strategies, deprecated=True)}
    found = import_strategy(
        _read(request.old), str(request.old), templates=templates, accept_unmapped=request.accept_unmapped
    )
    return _written("strategy", found.value, found.report, _place(request, desk.settings.strategies, found.value.name))


def persona_import(desk: Desk, request: OldFileRequest) -> Document:
    """`oracle.legacy_import/1`: an older persona as a file of today, with the limits of the persona it names.

    Raises: InputError: no such file, a key that cannot be mapped, or a file of that name is there already.
    """
    templates = {item.value.name: item.value for item in list_personas(desk.settings.personas)}
    known = [item.value.name for item in list_strategies(desk.settings.strategies, deprecated=True)]
    found = import_persona(
        _read(request.old), str(request.old), templates=templates, strategies=known,
        accept_unmapped=request.accept_unmapped,
    )  # fmt: skip
    return _written("persona", found.value, found.report, _place(request, desk.settings.personas, found.value.name))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            [fault(str(path), "", error.strerror or str(error), "an older file that can be read")]
        ) from error


def _place(request: OldFileRequest, folder: Path | None, name: str) -> Path:
    """Where the new file goes: as asked, else the folder the desk reads, else beside the old one."""
    to = request.to if request.to is not None else (folder or request.old.parent) / f"{name}.json"
    if to.exists():
        raise InputError([fault("--to", "", str(to), "a place where no file is yet; nothing is replaced")])
    return to


def _written(
    kind: Literal["strategy", "persona"], value: Strategy | Persona, report: Sequence[Became], to: Path
) -> Document:
    write_file(to, file_text(value).encode())
    rows: list[Json] = [{"key": row.key, "value": row.value, "became": row.became} for row in report]
    return {
        "schema": "oracle.legacy_import/1",
        "kind": kind,
        "name": value.name,
        "path": str(to),
        "advise_only": value.advise_only,
        "rows": rows,
    }
