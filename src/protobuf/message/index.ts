/*
 * What generated messages need.
 */
export { Reader, Writer, util } from './protobufjs'
export type { MessageType } from './message-type'
export type { SchemaManifest } from './schema-manifest'
