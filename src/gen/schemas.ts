// Generated from proto files by "facts generate". Do not edit.
import type { SchemaManifest } from '../protobuf/message'

/** The proto files as the registry gets them, and what has to be known about their messages at run time. */
export const schemas: SchemaManifest = {
  "files": {
    "facts/v1/header.proto": {
      "text": "syntax = \"proto3\";\n\npackage facts.v1;\n\nimport \"google/protobuf/timestamp.proto\";\n\n// What every fact carries first: what happened, to whom, when, and where it was read.\n// A header depends only on the source change, never on the clock or the host of the pipeline.\nmessage Header {\n  // Deterministic: the same source change always gets the same id, so a reader can drop repeats by it.\n  string id = 1;\n  Kind kind = 2;\n  // Primary key of the row, as text; the same text is the Kafka record key.\n  string subject = 3;\n  // Grows with every fact of one subject, not by one. It is the WAL position of the change where that is higher than the\n  // subject's last revision, and one more than the last otherwise: after a restore of the database, whose positions begin\n  // again, after a snapshot, and for several changes at one position.\n  uint64 revision = 4;\n  // When the source transaction committed, in microseconds at best.\n  google.protobuf.Timestamp time = 5;\n  Source source = 6;\n  // Columns whose value was not in the change, because PostgreSQL leaves unchanged TOASTed values out. Their fields are empty.\n  repeated string unavailable = 7;\n  // The row's primary key was changed: this fact and the one of the other subject, named here, are of the same change.\n  // Of a created fact: the subject that the row had before.\n  string moved_from = 8;\n  // Of a deleted fact: the subject that the row has now.\n  string moved_to = 9;\n}\n\n// Coordinates of the change in the source database.\nmessage Source {\n  // Debezium's topic prefix.\n  string connector = 1;\n  string database = 2;\n  string schema = 3;\n  string table = 4;\n  // WAL position of the change. Not monotone across transactions, and shared by rows of one multi-row statement. Of one\n  // history of the database only: after a restore it begins again, while revisions grow.\n  uint64 lsn = 5;\n  uint64 transaction_id = 6;\n  // Place of the change inside its transaction, from 1; 0 when the source did not say.\n  uint64 transaction_order = 7;\n  // The row was read by a snapshot, not by the change stream.\n  bool snapshot = 8;\n}\n\nenum Kind {\n  KIND_UNSPECIFIED = 0;\n  KIND_CREATED = 1;\n  KIND_UPDATED = 2;\n  KIND_DELETED = 3;\n  KIND_SNAPSHOT = 4;\n}\n",
      "imports": []
    }
  },
  "messages": {
    "facts.v1.Header": {
      "file": "facts/v1/header.proto",
      "indexes": [
        0
      ],
      "fields": [
        {
          "name": "id",
          "number": 1,
          "type": "string"
        },
        {
          "name": "kind",
          "number": 2,
          "type": "enum",
          "of": "facts.v1.Kind"
        },
        {
          "name": "subject",
          "number": 3,
          "type": "string"
        },
        {
          "name": "revision",
          "number": 4,
          "type": "uint64"
        },
        {
          "name": "time",
          "number": 5,
          "type": "message",
          "of": "google.protobuf.Timestamp"
        },
        {
          "name": "source",
          "number": 6,
          "type": "message",
          "of": "facts.v1.Source"
        },
        {
          "name": "unavailable",
          "number": 7,
          "type": "string",
          "repeated": true
        },
        {
          "name": "movedFrom",
          "number": 8,
          "type": "string"
        },
        {
          "name": "movedTo",
          "number": 9,
          "type": "string"
        }
      ]
    },
    "facts.v1.Source": {
      "file": "facts/v1/header.proto",
      "indexes": [
        1
      ],
      "fields": [
        {
          "name": "connector",
          "number": 1,
          "type": "string"
        },
        {
          "name": "database",
          "number": 2,
          "type": "string"
        },
        {
          "name": "schema",
          "number": 3,
          "type": "string"
        },
        {
          "name": "table",
          "number": 4,
          "type": "string"
        },
        {
          "name": "lsn",
          "number": 5,
          "type": "uint64"
        },
        {
          "name": "transactionId",
          "number": 6,
          "type": "uint64"
        },
        {
          "name": "transactionOrder",
          "number": 7,
          "type": "uint64"
        },
        {
          "name": "snapshot",
          "number": 8,
          "type": "bool"
        }
      ]
    }
  },
  "enums": {
    "facts.v1.Kind": {
      "0": "KIND_UNSPECIFIED",
      "1": "KIND_CREATED",
      "2": "KIND_UPDATED",
      "3": "KIND_DELETED",
      "4": "KIND_SNAPSHOT"
    }
  }
}
