// Generated from proto files by "facts generate". Do not edit.
import { withHeader } from 'pgfacts/protobuf'
import type { SchemaManifest } from 'pgfacts/protobuf'

/** The proto files as the registry gets them, and what has to be known about their messages at run time. */
export const schemas: SchemaManifest = withHeader({
  "files": {
    "shop/v1/shop.proto": {
      "text": "syntax = \"proto3\";\n\npackage shop.v1;\n\nimport \"facts/v1/header.proto\";\n\n// What the examples publish. A fact of kind KIND_DELETED carries its header and its key alone.\n\nmessage Product {\n  facts.v1.Header header = 1;\n  int64 id = 2;\n  string name = 3;\n  // Exact decimal, for example \"24.00\".\n  string price = 4;\n}\n\nmessage Order {\n  facts.v1.Header header = 1;\n  int64 id = 2;\n  // Exact decimal, for example \"12.50\".\n  string amount = 3;\n  // Name of the customer when this fact was made; absent when the order has none.\n  optional string customer = 4;\n}\n\nmessage OrderLine {\n  facts.v1.Header header = 1;\n  int64 order_id = 2;\n  int32 line = 3;\n  int32 quantity = 4;\n  // Name of the product.\n  string product = 5;\n  // Name of the product's supplier.\n  string supplier = 6;\n}\n\nmessage Event {\n  facts.v1.Header header = 1;\n  int64 id = 2;\n  string type = 3;\n  // JSON text.\n  string payload = 4;\n  // The only consumer that it is for; absent when it is for every consumer.\n  optional string subscriber = 5;\n  // The earlier event that this one changes.\n  optional int64 patch_of = 6;\n}\n\nmessage Payment {\n  facts.v1.Header header = 1;\n  int64 id = 2;\n  string account = 3;\n  // Exact decimal, for example \"10.00\".\n  string amount = 4;\n}\n",
      "imports": [
        "facts/v1/header.proto"
      ]
    }
  },
  "messages": {
    "shop.v1.Product": {
      "file": "shop/v1/shop.proto",
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
          "name": "name",
          "number": 3,
          "type": "string"
        },
        {
          "name": "price",
          "number": 4,
          "type": "string"
        }
      ]
    },
    "shop.v1.Order": {
      "file": "shop/v1/shop.proto",
      "indexes": [
        1
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
          "name": "amount",
          "number": 3,
          "type": "string"
        },
        {
          "name": "customer",
          "number": 4,
          "type": "string",
          "optional": true
        }
      ]
    },
    "shop.v1.OrderLine": {
      "file": "shop/v1/shop.proto",
      "indexes": [
        2
      ],
      "fields": [
        {
          "name": "header",
          "number": 1,
          "type": "message",
          "of": "facts.v1.Header"
        },
        {
          "name": "orderId",
          "number": 2,
          "type": "int64"
        },
        {
          "name": "line",
          "number": 3,
          "type": "int32"
        },
        {
          "name": "quantity",
          "number": 4,
          "type": "int32"
        },
        {
          "name": "product",
          "number": 5,
          "type": "string"
        },
        {
          "name": "supplier",
          "number": 6,
          "type": "string"
        }
      ]
    },
    "shop.v1.Event": {
      "file": "shop/v1/shop.proto",
      "indexes": [
        3
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
          "name": "payload",
          "number": 4,
          "type": "string"
        },
        {
          "name": "subscriber",
          "number": 5,
          "type": "string",
          "optional": true
        },
        {
          "name": "patchOf",
          "number": 6,
          "type": "int64",
          "optional": true
        }
      ]
    },
    "shop.v1.Payment": {
      "file": "shop/v1/shop.proto",
      "indexes": [
        4
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
          "name": "account",
          "number": 3,
          "type": "string"
        },
        {
          "name": "amount",
          "number": 4,
          "type": "string"
        }
      ]
    }
  },
  "enums": {}
})
