"""What a sentence can mean, and what the conversation knows when it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A use case with its slots, each taken from the sentence or the one before it.

    topic: the word a short answer is about.  coins: those it is about, all where none is named.
    """

    name: str
    slots: Mapping[str, object] = field(default_factory=dict[str, object])
    topic: str | None = None
    coins: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Words back, and nothing run."""

    text: str
    suggestions: tuple[str, ...] = ()
    understood: bool = True
    """False where the sentence meant nothing to the grammar."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The conversation is over."""


@dataclass(frozen=True, slots=True)
class Forget:
    """What was remembered of the conversation goes."""


Meaning: TypeAlias = Ask | Tell | Help | Leave | Forget


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the grammar may recognise: the names there are, the phrases and slots of the table, and what was said last.

    phrases: how each use case is asked for; those that are absent cannot be reached by a phrase.
    fields: the slots each use case takes.  last: what was asked last.
    last_cycle: the cycle last shown.  last_subject: what `it` means: that cycle, or a candidate of it.
    """

    phrases: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    personas: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    last: Ask | None = None
    last_cycle: str | None = None
    last_subject: str | None = None

    def takes(self, name: str, slot: str) -> bool:
        """Whether a use case has such a slot."""
        return slot in self.fields.get(name, frozenset())
