// Generated from proto files by "facts generate". Do not edit.
import { withHeader } from 'pgfacts/protobuf'
import type { SchemaManifest } from 'pgfacts/protobuf'

/** The proto files as the registry gets them, and what has to be known about their messages at run time. */
export const schemas: SchemaManifest = withHeader({
  "files": {
    "wildapp/event/v1/event.proto": {
      "text": "syntax = \"proto3\";\n\npackage wildapp.event.v1;\n\nimport \"facts/v1/header.proto\";\nimport \"google/protobuf/timestamp.proto\";\n\n// A row of wildapp_event: something the application tells others. A fact of kind KIND_DELETED carries header and id only.\nmessage Event {\n  facts.v1.Header header = 1;\n  // Unique; given when the row is inserted, so not in the order in which transactions commit.\n  int64 id = 2;\n  // For example \"insert\".\n  string type = 3;\n  // When the application says that it happened.\n  google.protobuf.Timestamp timestamp = 4;\n  // Whom alone it is for; absent when it is for everybody.\n  optional string subscriber = 5;\n  // JSON text, as PostgreSQL writes jsonb.\n  string payload = 6;\n  // The earlier event that this one changes.\n  optional int64 patch_of = 7;\n}\n",
      "imports": [
        "facts/v1/header.proto"
      ]
    },
    "wildapp/primary/v1/primary.proto": {
      "text": "syntax = \"proto3\";\n\npackage wildapp.primary.v1;\n\nimport \"facts/v1/header.proto\";\nimport \"google/protobuf/timestamp.proto\";\n\n// A row of wildapp_primary with what it refers to. A fact of kind KIND_DELETED carries header and id only.\n// Dates and times without a zone are ISO-8601 text, because protobuf's Timestamp is an instant.\nmessage Primary {\n  facts.v1.Header header = 1;\n  int64 id = 2;\n  optional int64 secondary_id = 3;\n  string title = 4;\n  Status status = 5;\n  int64 serial_number = 6;\n  // Exact decimal as PostgreSQL writes it, for example \"12345.6700\".\n  string amount = 7;\n  int32 quantity = 8;\n  optional double score = 9;\n  bool verified = 10;\n  optional string notes = 11;\n  // UUID text.\n  string external_id = 12;\n  // Local date and time, for example \"2026-01-02T03:04:05.678901\".\n  optional string happened_at = 13;\n  // Date, for example \"2026-01-02\".\n  optional string due_on = 14;\n  // Time of day, for example \"03:04:05.678901\".\n  optional string remind_at = 15;\n  // ISO-8601 duration, for example \"P1DT2H\".\n  optional string lead_time = 16;\n  // JSON text.\n  string attributes = 17;\n  repeated string labels = 18;\n  optional bytes fingerprint = 19;\n  google.protobuf.Timestamp created_at = 20;\n  google.protobuf.Timestamp updated_at = 21;\n  // The row that secondary_id refers to as it stood when this fact was made; absent when there is none.\n  Secondary secondary = 22;\n}\n\nmessage Secondary {\n  int64 id = 1;\n  string name = 2;\n  string code = 3;\n  // Exact decimal, for example \"4.50\".\n  optional string rating = 4;\n  repeated string tags = 5;\n  // JSON text.\n  string settings = 6;\n  bool active = 7;\n  Tertiary tertiary = 8;\n}\n\nmessage Tertiary {\n  // UUID text.\n  string id = 1;\n  string name = 2;\n  Region region = 3;\n  optional string founded_on = 4;\n  optional string opens_at = 5;\n}\n\nenum Status {\n  STATUS_UNSPECIFIED = 0;\n  STATUS_DRAFT = 1;\n  STATUS_ACTIVE = 2;\n  STATUS_ARCHIVED = 3;\n}\n\nenum Region {\n  REGION_UNSPECIFIED = 0;\n  REGION_NORTH = 1;\n  REGION_EAST = 2;\n  REGION_SOUTH = 3;\n  REGION_WEST = 4;\n}\n",
      "imports": [
        "facts/v1/header.proto"
      ]
    }
  },
  "messages": {
    "wildapp.event.v1.Event": {
      "file": "wildapp/event/v1/event.proto",
      "indexes": [
        0
      ],
      "fields": [
        {
          "name": "header",
          "number": 1,
          "type": "message",
          "of": "facts.v1.Header"
        },
        {
          "name": "id",
          "number": 2,
          "type": "int64"
        },
        {
          "name": "type",
          "number": 3,
          "type": "string"
        },
        {
          "name": "timestamp",
          "number": 4,
          "type": "message",
          "of": "google.protobuf.Timestamp"
        },
        {
          "name": "subscriber",
          "number": 5,
          "type": "string",
          "optional": true
        },
        {
          "name": "payload",
          "number": 6,
          "type": "string"
        },
        {
          "name": "patchOf",
          "number": 7,
          "type": "int64",
          "optional": true
        }
      ]
    },
    "wildapp.primary.v1.Primary": {
      "file": "wildapp/primary/v1/primary.proto",
      "indexes": [
        0
      ],
      "fields": [
        {
          "name": "header",
          "number": 1,
          "type": "message",
          "of": "facts.v1.Header"
        },
        {
          "name": "id",
          "number": 2,
          "type": "int64"
        },
        {
          "name": "secondaryId",
          "number": 3,
          "type": "int64",
          "optional": true
        },
        {
          "name": "title",
          "number": 4,
          "type": "string"
        },
        {
          "name": "status",
          "number": 5,
          "type": "enum",
          "of": "wildapp.primary.v1.Status"
        },
        {
          "name": "serialNumber",
          "number": 6,
          "type": "int64"
        },
        {
          "name": "amount",
          "number": 7,
          "type": "string"
        },
        {
          "name": "quantity",
          "number": 8,
          "type": "int32"
        },
        {
          "name": "score",
          "number": 9,
          "type": "double",
          "optional": true
        },
        {
          "name": "verified",
          "number": 10,
          "type": "bool"
        },
        {
          "name": "notes",
          "number": 11,
          "type": "string",
          "optional": true
        },
        {
          "name": "externalId",
          "number": 12,
          "type": "string"
        },
        {
          "name": "happenedAt",
          "number": 13,
          "type": "string",
          "optional": true
        },
        {
          "name": "dueOn",
          "number": 14,
          "type": "string",
          "optional": true
        },
        {
          "name": "remindAt",
          "number": 15,
          "type": "string",
          "optional": true
        },
        {
          "name": "leadTime",
          "number": 16,
          "type": "string",
          "optional": true
        },
        {
          "name": "attributes",
          "number": 17,
          "type": "string"
        },
        {
          "name": "labels",
          "number": 18,
          "type": "string",
          "repeated": true
        },
        {
          "name": "fingerprint",
          "number": 19,
          "type": "bytes",
          "optional": true
        },
        {
          "name": "createdAt",
          "number": 20,
          "type": "message",
          "of": "google.protobuf.Timestamp"
        },
        {
          "name": "updatedAt",
          "number": 21,
          "type": "message",
          "of": "google.protobuf.Timestamp"
        },
        {
          "name": "secondary",
          "number": 22,
          "type": "message",
          "of": "wildapp.primary.v1.Secondary"
        }
      ]
    },
    "wildapp.primary.v1.Secondary": {
      "file": "wildapp/primary/v1/primary.proto",
      "indexes": [
        1
      ],
      "fields": [
        {
          "name": "id",
          "number": 1,
          "type": "int64"
        },
        {
          "name": "name",
          "number": 2,
          "type": "string"
        },
        {
          "name": "code",
          "number": 3,
          "type": "string"
        },
        {
          "name": "rating",
          "number": 4,
          "type": "string",
          "optional": true
        },
        {
          "name": "tags",
          "number": 5,
          "type": "string",
          "repeated": true
        },
        {
          "name": "settings",
          "number": 6,
          "type": "string"
        },
        {
          "name": "active",
          "number": 7,
          "type": "bool"
        },
        {
          "name": "tertiary",
          "number": 8,
          "type": "message",
          "of": "wildapp.primary.v1.Tertiary"
        }
      ]
    },
    "wildapp.primary.v1.Tertiary": {
      "file": "wildapp/primary/v1/primary.proto",
      "indexes": [
        2
      ],
      "fields": [
        {
          "name": "id",
          "number": 1,
          "type": "string"
        },
        {
          "name": "name",
          "number": 2,
          "type": "string"
        },
        {
          "name": "region",
          "number": 3,
          "type": "enum",
          "of": "wildapp.primary.v1.Region"
        },
        {
          "name": "foundedOn",
          "number": 4,
          "type": "string",
          "optional": true
        },
        {
          "name": "opensAt",
          "number": 5,
          "type": "string",
          "optional": true
        }
      ]
    }
  },
  "enums": {
    "wildapp.primary.v1.Status": {
      "0": "STATUS_UNSPECIFIED",
      "1": "STATUS_DRAFT",
      "2": "STATUS_ACTIVE",
      "3": "STATUS_ARCHIVED"
    },
    "wildapp.primary.v1.Region": {
      "0": "REGION_UNSPECIFIED",
      "1": "REGION_NORTH",
      "2": "REGION_EAST",
      "3": "REGION_SOUTH",
      "4": "REGION_WEST"
    }
  }
})
