"""Reads a topic as a stranger would: librdkafka, committed records only, Confluent's own deserializer.

    <venv>/bin/python test/golden/confluent/decode_fact.py --brokers localhost:9092 --topic wildapp.primary.facts \
        --message wildapp.primary.v1.Primary --registry http://localhost:8081/apis/ccompat/v7

Nothing of this repository is used: the schema comes from the registry by the id in each record, and the message by
its indexes. (The deserializer is not given the registry itself, because it asks for schemas in a form that only
Confluent's registry has.)

Prints one JSON line per record, {partition, offset, key, timestamp, headers, value}, from the beginning to where the
topic ended when it was started; `value` is protobuf JSON, null for a tombstone. Exits 1, saying why, when a record
is not the message or the end was not reached in --timeout seconds.
"""

import argparse
import json
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from importlib import resources
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.schema_registry.serde import SchemaId
from confluent_kafka.schema_registry import prefix_schema_id_deserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--message", required=True)
    parser.add_argument("--registry", required=True)
    parser.add_argument("--timeout", type=float, default=60)
    options = parser.parse_args()
    context = SerializationContext(options.topic, MessageField.VALUE)
    deserializers = {}

    def decode(value):
        if value is None:
            return None
        frame = SchemaId("PROTOBUF")
        prefix_schema_id_deserializer(value, context, frame)
        writer = (frame.id, tuple(frame.message_indexes))
        if writer not in deserializers:
            message = message_class(options.registry, *writer)
            if message.DESCRIPTOR.full_name != options.message:
                raise SystemExit(f"schema {writer[0]} has {message.DESCRIPTOR.full_name} at {list(writer[1])}")
            deserializers[writer] = ProtobufDeserializer(message, {"use.deprecated.format": False})
        return json_format.MessageToDict(deserializers[writer](value, context))

    for record in records(options.brokers, options.topic, options.timeout):
        key = record.key()
        line = {
            "partition": record.partition(),
            "offset": record.offset(),
            "key": None if key is None else key.decode(),
            "timestamp": record.timestamp()[1],
            "headers": {name: value.decode() for name, value in record.headers() or []},
            "value": decode(record.value()),
        }
        print(json.dumps(line, ensure_ascii=False))


def message_class(registry, schema_id, indexes):
    """Python class of the message at `indexes` of a registered schema."""
    with tempfile.TemporaryDirectory() as folder:
        name = f"schema-{schema_id}.proto"
        save(registry, get(registry, f"/schemas/ids/{schema_id}"), Path(folder), name)
        output = Path(folder, "descriptors")
        google = str(resources.files("grpc_tools") / "_proto")
        arguments = [f"-I{folder}", f"-I{google}", "--include_imports", f"--descriptor_set_out={output}", name]
        if protoc.main(["protoc", *arguments]) != 0:
            raise SystemExit(f"schema {schema_id} does not compile")
        files = descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    # Messages in the order of their declaration, which the pool's own mapping does not promise.
    found, path = files[-1], [files[-1].package] if files[-1].package else []
    for position, index in enumerate(indexes):
        found = (found.message_type if position == 0 else found.nested_type)[index]
        path.append(found.name)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(".".join(path)))


def save(registry, schema, folder, name):
    """Writes a schema and what it refers to below `folder`, under the names they are imported by."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(schema["schema"])
    for reference in schema.get("references") or []:
        subject = urllib.parse.quote(reference["subject"], safe="")
        save(registry, get(registry, f"/subjects/{subject}/versions/{reference['version']}"), folder, reference["name"])


def get(registry, path):
    with urllib.request.urlopen(registry.rstrip("/") + path, timeout=30) as answer:
        return json.load(answer)


def records(brokers, topic, timeout):
    """Committed records of all partitions up to their ends, as they come."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": f"decode-fact-{time.time_ns()}",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        metadata = consumer.list_topics(topic, timeout=timeout).topics[topic]
        if metadata.error is not None:
            raise SystemExit(f"{topic}: {metadata.error}")
        left = set(metadata.partitions)
        consumer.assign([TopicPartition(topic, partition, 0) for partition in left])
        deadline = time.monotonic() + timeout
        while left:
            record = consumer.poll(max(0.0, deadline - time.monotonic()))
            if record is None:
                raise SystemExit(f"{topic}: partitions {sorted(left)} were not read to their end in {timeout} s")
            if record.error() is None:
                yield record
            elif record.error().code() == KafkaError._PARTITION_EOF:
                left.discard(record.partition())
            else:
                raise SystemExit(f"{topic}: {record.error()}")
    finally:
        consumer.close()


if __name__ == "__main__":
    sys.exit(main())
