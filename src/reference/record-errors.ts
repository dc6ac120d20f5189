import type { ErrorHelps } from './error-texts'

const PARKED = 'The key is parked: its later changes wait as dead letters, in their order.'
const REPLAY = 'then `facts dead-letters replay`.'

export const RECORD_ERRORS = {
  JSON_INVALID: {
    happened: 'The value of a captured record is not JSON in UTF-8.',
    did: PARKED,
    todo: `Set \`value.converter\` of the connector to \`JsonConverter\`, ${REPLAY} Where the bytes name another converter, the message says which.`,
  },
  ENVELOPE_INVALID: {
    happened: "The value is JSON, but not Debezium's change envelope.",
    did: PARKED,
    todo: `Remove transforms that change the envelope (unwrap, flatten, EventRouter) from the connector, ${REPLAY}`,
  },
  KEY_INVALID: {
    happened:
      'A record has no key, or one that does not fit the declared primary key. In `facts resync`: a key whose type PostgreSQL and Debezium write differently.',
    did: 'The record is a dead letter. It parks its key when it has one; without a key no other record waits for it. `facts resync` changes nothing.',
    todo: `Give the table a primary key or the connector \`message.key.columns\`, or correct \`key\` of the declaration, ${REPLAY}`,
  },
  COLUMN_INVALID: {
    happened:
      'The value of a column does not fit its builder: another type, a new enum value, or a value that Debezium writes in the same way as another one.',
    did: PARKED,
    todo: `Correct the declaration ([column types](column-types.md)) or the connector's setting that the message names, deploy, ${REPLAY}`,
  },
  COLUMN_MISSING: {
    happened:
      'A declared column is not in the record, or is no longer in the records of the table.',
    did: 'Stops before the record: nothing of its batch is committed. A replayed record with this error becomes the same dead letter again.',
    todo: 'Dropped or no longer captured: remove it from the declaration. Renamed: `.renamedFrom(...)`. Newer than the record: `.default(value)` or `.nullable()`. Then start again.',
  },
  FORMAT_DIFFERS: {
    happened:
      "A record is not written as the application's `format` says: by another converter, with another mode, with or without its envelope, or with a column of another type than the table declares.",
    did: 'Stops before the record: nothing of its batch is committed, and no record is skipped.',
    todo: "The message names the setting: correct `debezium({ ... })` in facts.config.ts as it is on the connector, or the table's definition ([formats](../formats.md)). Then start again.",
  },
  VALUE_UNAVAILABLE: {
    happened:
      'A change does not carry the unchanged TOASTed value of a column, and no earlier value of the row is known. Only where the fact declares `toast: { column: "reject" }`, or a lookup table needs the value.',
    did: `${PARKED} In a lookup table it stops the pipeline as \`TABLE_ROW_INVALID\`.`,
    todo: 'Update the column in the source database, or take a snapshot (`facts resync --snapshot`), then `facts dead-letters replay`.',
  },
  MAP_FAILED: {
    happened: "The fact's mapping threw, or returned a value that the message cannot hold.",
    did: PARKED,
    todo: `Fix the mapping, deploy, ${REPLAY}`,
  },
  ENCODE_FAILED: {
    happened:
      'The mapped message cannot be written as protobuf: a value does not fit the type of its field.',
    did: PARKED,
    todo: `Fix the mapping or the proto file, deploy, ${REPLAY}`,
  },
  FRAME_INVALID: {
    happened:
      "Bytes on a facts topic are not a protobuf message in Confluent's wire format, or a message of another type.",
    did: 'The feed skips the record and counts it (`facts_feed_passed_over_total`); `facts watch` shows the error beside the record.',
    todo: 'Find out what else writes to the facts topic. Only the pipeline may.',
  },
  SCHEMA_REFUSED: {
    happened:
      'The schema registry rejected a schema as incompatible, or the server is not a schema registry.',
    did: 'Ends the verb. Topics and facts are as they were.',
    todo: 'Change the proto file compatibly (add fields, do not renumber or retype), or correct `registry.url`; then `facts provision`.',
  },
  SCHEMA_UNKNOWN: {
    happened:
      "A message's schema is not registered as this program has it, or is not in the generated code.",
    did: 'Ends the verb before anything is processed.',
    todo: '`facts provision` registers the schemas; after a change of `proto/`, `facts generate` first.',
  },
  REGISTRY_UNAVAILABLE: {
    happened: 'The schema registry did not answer, or answered with a server error.',
    did: 'A running pipeline or feed waits and retries, without losing a record; a starting pipeline ends.',
    todo: 'Start the registry, or correct `registry.url` (`FACTS_REGISTRY_URL`).',
  },
  RECORD_TOO_LARGE: {
    happened: 'A fact is larger than its topic accepts (`max.message.bytes`).',
    did: `${PARKED} If the input is too large for the dead-letter topic as well, the letter has a hash of its bytes instead.`,
    todo: "Raise the topic's `max.message.bytes`, start the pipeline again, then `facts dead-letters replay`.",
  },
  TABLE_ROW_INVALID: {
    happened:
      'A row of a looked-up table cannot be read, so facts would be made with an older row.',
    did: 'Stops before the next batch. The row stays unreadable until a newer change of it, its delete or a TRUNCATE.',
    todo: 'Update the row in the source database, or fix what made the record unreadable, then start again.',
  },
  BAD_RECORDS: {
    happened:
      'At least half of the changes tried last, 20 or more, became dead letters: one cause, as a changed converter or a bad deployment.',
    did: 'Stops before the batch is committed, so that not every key is parked.',
    todo: 'Undo what was changed last and start again. If the changes are to become dead letters, start once with `FACTS_PIPELINE_BAD_RECORDS_TO_STOP=0`. See [dead letters](../dead-letters.md).',
  },
} as const satisfies ErrorHelps
