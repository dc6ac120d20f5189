/*
 * The only door to KafkaJS: everything 'kafkajs' exports, and what we use of its internals, on top of the replaced ones (see
 * install.ts). The order of these lines matters: the replacements must be in place before KafkaJS is loaded.
 */
import './install'
import './later-errors'

export * from 'kafkajs'
// Below its public surface: the public consumer cannot read without a group, for one.
export { default as Cluster } from 'kafkajs/src/cluster'
export { createLogger } from 'kafkajs/src/loggers'
export { default as defaultSocketFactory } from 'kafkajs/src/network/socketFactory'
export { createErrorFromCode } from 'kafkajs/src/protocol/error'
export { default as createRetry } from 'kafkajs/src/retry'
export { FetchedMessage, isFetchedMessage } from './fetched-message'
export { CorruptRecordBatchError } from './record-batch-reader'
export type { FetchedHeaders } from './fetched-message'
export type { ProducedMessage } from './record-writer'
