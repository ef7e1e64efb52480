"""The JSON Schema of the files a desk edits, for editors and other tools."""

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
