/*
 * The only door to KafkaJS: everything 'kafkajs' exports, on top of the replaced internals (see install.ts). The order
 * of these lines matters: the replacements must be in place before KafkaJS is loaded.
 */
import './install'
import './later-errors'

export * from 'kafkajs'
export { FetchedMessage, isFetchedMessage } from './fetched-message'
export { CorruptRecordBatchError } from './record-batch-reader'
export type { FetchedHeaders } from './fetched-message'
export type { ProducedMessage } from './record-writer'
