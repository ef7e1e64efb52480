"""The graph's checkpoints: plain JSON, from which nothing can come back but text, numbers, lists and objects."""

import json
import math
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    PendingWrite,
)
from langgraph.checkpoint.serde.types import ERROR
from typing_extensions import override

from oracle_core.agent.checkpoint_store import CheckpointError, Row, Store
from oracle_core.strict_json import is_list, is_object

ALLOWED: Final = (str, bool, int, float, type(None), list, dict)
"""Every type a checkpoint may hold; floats are finite, keys are text."""
KEPT: Final = timedelta(days=7)
"""How long the checkpoints of a decision that nobody resumed are kept."""
_TABLES: Final = (
    """create table if not exists oracle_checkpoints (
        thread text not null, id text not null, parent text, at text not null, body text not null,
        metadata text not null, primary key (thread, id))""",
    """create table if not exists oracle_writes (
        thread text not null, checkpoint text not null, task text not null, path text not null,
        number integer not null, channel text not null, body text not null,
        primary key (thread, checkpoint, task, number))""",
)
_SELECT: Final = "select thread, id, parent, body, metadata from oracle_checkpoints"


class Checkpoints(BaseCheckpointSaver[int]):
    """langgraph's checkpoints, one row each, and the writes of steps that are not yet in one."""

    def __init__(self, store: Store, now: datetime) -> None:
        super().__init__()
        self._store = store
        self._now = now
        for statement in _TABLES:
            store.run(statement)
        old = (now - KEPT).astimezone(UTC).isoformat()
        store.run(
            "delete from oracle_writes where thread in (select thread from oracle_checkpoints where at < ?)", [old]
        )
        store.run("delete from oracle_checkpoints where at < ?", [old])

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    @override
    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        thread, wanted = _thread(config), _named(config)
        which, values = (" and id = ?", [thread, wanted]) if wanted else ("", [thread])
        rows = self._store.run(f"{_SELECT} where thread = ?{which} order by id desc limit 1", values)
        return self._tuple(rows[0]) if rows else None

    @override
    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        wanted = {
            "thread = ?": None if config is None else _thread(config),
            "id = ?": None if config is None else _named(config),
            "id < ?": None if before is None else _named(before),
        }
        stated = {test: value for test, value in wanted.items() if value is not None}
        where = f" where {' and '.join(stated)}" if stated else ""
        rows = self._store.run(f"{_SELECT}{where} order by id desc", [*stated.values()])
        found = (self._tuple(row) for row in rows)
        return islice((item for item in found if _told_of(item.metadata, filter or {})), limit)

    @override
    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        thread, name = _thread(config), checkpoint["id"]
        values = [
            thread,
            name,
            _named(config),
            self._now.astimezone(UTC).isoformat(),
            plain(checkpoint),
            plain(metadata),
        ]
        self._store.run(
            "insert into oracle_checkpoints (thread, id, parent, at, body, metadata) values (?, ?, ?, ?, ?, ?)"
            " on conflict (thread, id) do update set body = excluded.body, metadata = excluded.metadata",
            values,
        )
        return _config(thread, name)

    @override
    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        thread, name = _thread(config), _named(config)
        for place, (channel, value) in enumerate(writes):
            number = WRITES_IDX_MAP.get(channel, place)
            # Why a step failed is for the person who started it; of the exception no more is kept than its name.
            body = json.dumps(type(value).__name__) if channel == ERROR else plain(value)
            self._store.run(
                "insert into oracle_writes values (?, ?, ?, ?, ?, ?, ?)"
                " on conflict (thread, checkpoint, task, number) do update set body = excluded.body",
                [thread, name, task_id, task_path, number, channel, body],
            )

    @override
    def delete_thread(self, thread_id: str) -> None:
        self._store.run("delete from oracle_writes where thread = ?", [thread_id])
        self._store.run("delete from oracle_checkpoints where thread = ?", [thread_id])

    # langgraph calls these inside its event loop. A row takes well under a millisecond, and nothing else is waiting.
    @override
    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self.get_tuple(config)

    @override
    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    @override
    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return self.put(config, checkpoint, metadata, new_versions)

    @override
    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        self.put_writes(config, writes, task_id, task_path)

    @override
    async def adelete_thread(self, thread_id: str) -> None:
        self.delete_thread(thread_id)

    def _tuple(self, row: Row) -> CheckpointTuple:
        thread, name, parent, body, metadata = row
        rows = self._store.run(
            "select task, channel, body from oracle_writes where thread = ? and checkpoint = ?"
            " order by path, task, number",
            [thread, name],
        )
        writes: list[PendingWrite] = [(task, channel, unplain(text)) for task, channel, text in rows]
        return CheckpointTuple(
            config=_config(thread, name),
            checkpoint=unplain(body),
            metadata=unplain(metadata),
            parent_config=_config(thread, parent) if parent else None,
            pending_writes=writes,
        )


def plain(value: object) -> str:
    """A value as JSON text, if it is made of `ALLOWED` types and nothing else.

    Raises: CheckpointError: it holds anything else.

    >>> plain({"a": [1, None]})
    '{"a":[1,null]}'
    """
    _require_allowed(value)
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def unplain(text: str) -> Any:
    """What `plain` wrote.

    Raises: CheckpointError: the text is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"A stored checkpoint is not JSON: {error}") from error


def _require_allowed(value: object) -> None:
    if type(value) not in ALLOWED or (isinstance(value, float) and not math.isfinite(value)):
        raise CheckpointError(f"A checkpoint holds no {type(value).__name__}: `{value!r:.80}`")
    if is_list(value):
        for item in value:
            _require_allowed(item)
    elif is_object(value):
        if not all(type(key) is str for key in value):
            raise CheckpointError("A checkpoint's keys are text")
        for item in value.values():
            _require_allowed(item)


def _thread(config: RunnableConfig) -> str:
    return str(config["configurable"]["thread_id"])  # pyright: ignore[reportTypedDictNotRequiredAccess] - langgraph always gives one


def _named(config: RunnableConfig) -> str | None:
    return config["configurable"].get("checkpoint_id")  # pyright: ignore[reportTypedDictNotRequiredAccess] - as above


def _told_of(metadata: CheckpointMetadata, wanted: dict[str, Any]) -> bool:
    """Whether a checkpoint's metadata has every value that is asked for."""
    return all(metadata.get(key) == value for key, value in wanted.items())


def _config(thread: str, name: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", "checkpoint_id": name}}
