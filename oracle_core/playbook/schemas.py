"""The files a desk edits as other tools see them: their JSON Schema, and a model as the text of a file."""

import json

from oracle_core.playbook.persona import Persona
from oracle_core.playbook.strategy import Strategy

FILES: dict[str, type[Strategy] | type[Persona]] = {"strategy": Strategy, "persona": Persona}


def json_schema(name: str) -> dict[str, object]:
    """The JSON Schema (2020-12) of `strategy` or `persona` files.

    Raises: KeyError: there is no such file.

    >>> json_schema("persona")["$id"]
    'oracle.persona/1'
    """
    schema: dict[str, object] = FILES[name].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"oracle.{name}/1", **schema}


def file_text(entry: Strategy | Persona) -> str:
    """A strategy or persona as the text of its file; reading it gives the same model again."""
    tree: dict[str, object] = entry.model_dump(mode="json", by_alias=True)
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
