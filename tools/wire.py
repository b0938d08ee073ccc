"""The wire between phones and server as OpenAPI 3.1, written from the code's own types.

What phones seal into an act stands among the schemas as ``Act_<kind>``.
"""

import json
from typing import Annotated, Any, TypedDict, get_args, get_type_hints
from uuid import UUID

import msgspec

from fangxian.interfaces.field import wire
from fangxian.interfaces.field.enrolling import Asked
from fangxian.interfaces.intake.batches import Batch, Place
from fangxian.interfaces.intake.bodies import BODIES
from fangxian.interfaces.intake.envelope import ACT_BYTES_MAX, ACTS_MAX, Moment
from fangxian.interfaces.intake.photos import PHOTO_BYTES_MAX
from fangxian.interfaces.intake.receipts import BatchReceipt


NOTE = "Written by tools/reference.py from the code; do not edit."
SCHEMAS = "#/components/schemas/"
DIGEST = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
ITEMS = get_args(wire.Item)
WAITS = ("429", "503")

Schema = dict[str, Any]
RETRY: Schema = {"Retry-After": {"schema": {"type": "integer"}}}


class Envelope(msgspec.Struct, frozen=True):
    """An act in its place in a phone's row; ``sealed`` holds an Act, in base64.

    ``prev`` is the digest of the very bytes of the envelope before it.
    """

    id: UUID
    seq: Place
    prev: DIGEST
    seen_at: Moment
    sealed: str


def document() -> str:
    """Write the whole document."""
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": "Fangxian: the wire of phones",
            "version": "1",
            "description": NOTE,
        },
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# ------------------------------------------------------------------------- schemas
def _schemas() -> Schema:
    """Write every type once, by its name in the code."""
    types = [Asked, wire.Enrolled, wire.Refused, Batch, Envelope, BatchReceipt]
    _, found = msgspec.json.schema_components(
        [*types, *ITEMS, *BODIES.values()], ref_template=SCHEMAS + "{name}"
    )
    found["Bundle"] = _bundle()
    found["Batch"]["properties"]["acts"] = {
        "type": "array",
        "maxItems": ACTS_MAX,
        "items": _ref("Envelope"),
    }
    found["Act"] = {
        "description": f"What an envelope seals; the envelope has {ACT_BYTES_MAX} bytes at most.",
        "oneOf": [_act(kind, body) for kind, body in BODIES.items()],
    }
    for schema in found.values():
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
    return found


def _bundle() -> Schema:
    """Write the page of a pull; msgspec joins no typed dicts, so its items by hand."""
    hints = get_type_hints(wire.Bundle, include_extras=True)
    page = TypedDict("Bundle", {**hints, "items": list[Any]})  # type: ignore[misc]  # made here
    _, found = msgspec.json.schema_components([page], ref_template=SCHEMAS + "{name}")
    bundle: Schema = found["Bundle"]
    bundle["description"] = wire.Bundle.__doc__
    bundle["properties"]["items"]["items"] = {
        "oneOf": [_ref(item.__name__) for item in ITEMS],
        "discriminator": {
            "propertyName": "t",
            "mapping": {_kind_of(item): SCHEMAS + item.__name__ for item in ITEMS},
        },
    }
    return bundle


def _kind_of(item: type) -> str:
    [kind] = get_args(get_type_hints(item)["t"])
    return str(kind)


def _act(kind: str, body: type[msgspec.Struct]) -> Schema:
    return {
        "type": "object",
        "required": ["kind", "body"],
        "additionalProperties": False,
        "properties": {"kind": {"const": kind}, "body": _ref(body.__name__)},
    }


def _ref(name: str) -> Schema:
    return {"$ref": SCHEMAS + name}


# --------------------------------------------------------------------------- paths
def _paths() -> Schema:
    text, signature = {"type": "string"}, _header("Fangxian-Signature")
    pulling = [_header("Fangxian-Device"), _header("Fangxian-At"), signature]
    asked = [
        {"name": "cursor", "in": "query", "schema": {"type": "integer"}},
        {"name": "after", "in": "query", "schema": text},
    ]
    photo = [
        {
            "name": "digest",
            "in": "path",
            "required": True,
            "schema": {**text, "pattern": "^[0-9a-f]{64}$"},
        },
        _header("Fangxian-Device"),
        signature,
    ]
    sealed = {
        "description": f"The picture, sealed about its digest; {PHOTO_BYTES_MAX} bytes at most.",
        "required": True,
        "content": {"application/octet-stream": {}},
    }
    return {
        "/field/api/enrol": {
            "post": {
                "summary": "Enrol a phone with a code that its office gave",
                "requestBody": _sent("Asked"),
                "responses": _answers(
                    {"200": "Enrolled"}, ("400", "404", "409", "503")
                ),
            }
        },
        "/field/api/bundle": {
            "get": {
                "summary": "Ask for everything, or for what has changed since cursor",
                "parameters": [*asked, *pulling],
                "responses": _answers({"200": "Bundle"}, ("400", "401", "503")),
            }
        },
        "/intake/batches": {
            "post": {
                "summary": "Send acts; the answer comes when they are on the disk",
                "parameters": [signature],
                "requestBody": _sent("Batch"),
                "responses": _answers(
                    {"200": "BatchReceipt"}, ("400", "401", "413", "429", "503")
                ),
            }
        },
        "/intake/photos/{digest}": {
            "post": {
                "summary": "Send a picture that acts name",
                "parameters": photo,
                "requestBody": sealed,
                "responses": {
                    "201": {"description": "held"},
                    **_answers({}, ("401", "409", "413", "429", "503")),
                },
            }
        },
    }


def _header(name: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
    }


def _sent(name: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}


def _answers(answers: dict[str, str], refused: tuple[str, ...]) -> Schema:
    """Say which type comes with which status; a wait has Retry-After."""
    said = {**answers, **dict.fromkeys(refused, "Refused")}
    return {
        status: {
            "description": name,
            "content": {"application/json": {"schema": _ref(name)}},
            **({"headers": RETRY} if status in WAITS else {}),
        }
        for status, name in said.items()
    }
