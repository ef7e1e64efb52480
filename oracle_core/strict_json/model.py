"""What the models of outside text share: the strict configuration, times, names, domain values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from oracle_core.errors import InputError

Made = TypeVar("Made")


def _instant(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no date at all, or one that leaves the calendar on its way to UTC
        pass
    raise PydanticCustomError("datetime_type", "not a time with a zone")


Moment: TypeAlias = Annotated[datetime, BeforeValidator(_instant)]
"""A time with a zone in a file, held in UTC."""
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]


class StrictModel(BaseModel):
    """What a file's object may hold: exactly these keys, of exactly these types, finite numbers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


def sound(make: Callable[[], Made]) -> Made:
    """Construct a domain value inside a validator: its faults become faults of the field being read."""
    try:
        return make()
    except InputError as error:
        raise PydanticCustomError("domain", "not a sound value", {"faults": error.faults}) from error
