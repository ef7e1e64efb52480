"""JSON from outside into a frozen model: strict, and with every fault named at once."""

from oracle_core.strict_json.model import Moment, Name, StrictModel, sound
from oracle_core.strict_json.parse import Check, decode, parse_json, parse_tree, read_bytes, read_json
from oracle_core.strict_json.tree import is_list, is_object, repeated, rows_of, text_of
from oracle_core.strict_json.wording import nearest, path_text

__all__ = (
    "Check",
    "Moment",
    "Name",
    "StrictModel",
    "decode",
    "is_list",
    "is_object",
    "nearest",
    "parse_json",
    "parse_tree",
    "path_text",
    "read_bytes",
    "read_json",
    "repeated",
    "rows_of",
    "sound",
    "text_of",
)
