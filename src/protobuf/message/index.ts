/*
 * Runtime of generated message code.
 */
export { Reader, Writer, util } from './protobufjs'
export type { MessageType } from './message-type'
export type { SchemaManifest } from './schema-manifest'
