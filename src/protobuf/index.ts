import { schemas as headerSchemas } from '../gen/schemas'
import type { SchemaManifest } from './message/schema-manifest'

/*
 * `pgfacts/protobuf`, which the code that `facts generate` makes imports; nothing in it is written by hand.
 */
export * from './message'
export { facts, google } from '../gen/messages'

/** The schemas with those of the header that every fact has. */
export function withHeader(schemas: SchemaManifest): SchemaManifest {
  return {
    files: { ...headerSchemas.files, ...schemas.files },
    messages: { ...headerSchemas.messages, ...schemas.messages },
    enums: { ...headerSchemas.enums, ...schemas.enums },
  }
}
