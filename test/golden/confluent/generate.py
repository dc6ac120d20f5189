"""Writes golden.json: messages as Confluent's own serializer frames them.

    python3 -m venv <folder>
    <folder>/bin/pip install -r test/golden/confluent/requirements.txt
    <folder>/bin/python test/golden/confluent/generate.py

The registry is the client's own mock, so no server is needed. Same input, same bytes.
"""

import json
import sys
import tempfile
from pathlib import Path

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import json_format
from grpc_tools import protoc
from importlib import resources

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FOLDERS = [HERE / "proto", ROOT / "proto"]


def compile_protos(into):
    """Python classes of every proto file, importable from `into`."""
    google = str(resources.files("grpc_tools") / "_proto")
    files = sorted(str(path) for folder in FOLDERS for path in folder.rglob("*.proto"))
    arguments = [f"-I{folder}" for folder in FOLDERS] + [f"-I{google}", f"--python_out={into}"]
    if protoc.main(["protoc", *arguments, *files]) != 0:
        raise SystemExit("protoc failed")
    sys.path.insert(0, into)


def cases():
    from facts.v1 import header_pb2
    from golden.v1 import shapes_pb2, wide_pb2
    from wildapp.primary.v1 import primary_pb2

    second = shapes_pb2.Second
    deeper = second.Nested.Deeper
    yield "the first message of a file", shapes_pb2.First(text="hello", number=-1)
    yield "the first message with nothing set", shapes_pb2.First()
    yield "the second message of a file", second(
        text="world", nested=second.Nested(delta=-3, color="COLOR_RED"), numbers=[0, 1, 2**64 - 1]
    )
    yield "the second message with nothing set", second()
    yield "the first nested message", second.Sibling(flag=True)
    yield "the second nested message", second.Nested(delta=-(2**63), color="COLOR_RED")
    yield "a message nested twice", deeper(
        wide=2**64 - 1, narrow=-(2**31), ratios=[0.0, -0.5, 1e300], counts={"a": 2**62}, code=0
    )
    yield "the sixty-fifth message of a file", wide_pb2.Wide64(text="far")

    primary = primary_pb2.Primary
    yield "a fact with nothing set", primary()
    deleted = primary(id=42)
    deleted.header.id = "monolith:42"
    deleted.header.kind = header_pb2.KIND_DELETED
    yield "a fact of a deleted row", deleted
    yield "a fact with everything set", full(primary())

    extreme = primary(id=-(2**63), serial_number=2**63 - 1, quantity=-(2**31), secondary_id=0, notes="", score=0.0)
    extreme.fingerprint = b""
    extreme.header.revision = 2**64 - 1
    extreme.header.source.lsn = 2**64 - 1
    extreme.created_at.FromJsonString("1969-12-31T23:59:59.999999Z")
    extreme.updated_at.FromJsonString("9999-12-31T23:59:59.999999999Z")
    extreme.secondary.SetInParent()
    yield "a fact at the limits of its fields", extreme

    for name, score in [("infinite", float("inf")), ("negative zero", -0.0), ("no number", float("nan"))]:
        yield f"a fact whose score is {name}", primary(score=score)
    long = primary(notes="x" * 20000, title="\u00e9" * 70, attributes='{"k": "\U0001f600\u20ac"}', labels=["", "\u00fc" * 40])
    yield "a fact with long and wide text", long


def full(fact):
    json_format.ParseDict(
        {
            "header": {
                "id": "monolith:wildapp_primary:42:7",
                "kind": "KIND_UPDATED",
                "subject": "42",
                "revision": "7",
                "time": "2026-01-02T03:04:05.678901Z",
                "source": {
                    "connector": "monolith",
                    "database": "wildapp",
                    "schema": "public",
                    "table": "wildapp_primary",
                    "lsn": "26000000312",
                    "transactionId": "771",
                    "transactionOrder": "3",
                    "snapshot": True,
                },
                "unavailable": ["notes", "attributes"],
            },
            "id": "42",
            "secondaryId": "9007199254740993",
            "title": "Handcrafted Bronze Keyboard",
            "status": "STATUS_ARCHIVED",
            "serialNumber": "9223372036854775807",
            "amount": "-12345678901234.5600",
            "quantity": -300,
            "score": 0.1,
            "verified": True,
            "notes": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. " * 2,
            "externalId": "3f2b8c1e-7d4a-4b6e-9c0f-5a1d2e3f4b5c",
            "happenedAt": "2026-01-02T03:04:05.678901",
            "dueOn": "2026-01-02",
            "remindAt": "03:04:05.678901",
            "leadTime": "P0Y0M1DT2H3M0S",
            "attributes": '{"color": "magenta"}',
            "labels": ["alpha", "beta"],
            "fingerprint": "AAECA/79/P8=",
            "createdAt": "2026-01-02T03:04:05Z",
            "updatedAt": "2026-01-02T03:04:05.600Z",
            "secondary": {
                "id": "9007199254740993",
                "name": "Kulas, Renner and Block",
                "code": "KRB-0042",
                "rating": "4.50",
                "tags": ["retail"],
                "settings": '{"theme": "dark"}',
                "active": True,
                "tertiary": {
                    "id": "0b8f4c6a-2d1e-4f3b-8a7c-6e5d4c3b2a19",
                    "name": "Z\u00fcrich Nord",
                    "region": "REGION_NORTH",
                    "foundedOn": "1998-07-01",
                    "opensAt": "08:30:00",
                },
            },
        },
        fact,
    )
    return fact


def main():
    with tempfile.TemporaryDirectory() as folder:
        compile_protos(folder)
        client = SchemaRegistryClient.new_client({"url": "mock://golden"})
        written = []
        for title, message in cases():
            serializer = ProtobufSerializer(type(message), client, {"use.deprecated.format": False})
            topic = message.DESCRIPTOR.full_name
            framed = serializer(message, SerializationContext(topic, MessageField.VALUE))
            # Bytes of maps and of unset fields are deterministic only on request.
            payload = message.SerializeToString(deterministic=True)
            assert framed.endswith(payload), title
            written.append(
                {
                    "title": title,
                    "message": topic,
                    "json": json.loads(json_format.MessageToJson(message)),
                    "hex": framed.hex(),
                }
            )
        (HERE / "golden.json").write_text(json.dumps(written, indent=2) + "\n")
        print(f"Wrote {len(written)} messages.")


if __name__ == "__main__":
    main()
