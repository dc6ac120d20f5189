import type { ErrorCode } from '../errors'
import { KAFKA_ERRORS } from './kafka-errors'
import { OPERATIONS_ERRORS } from './operations-errors'
import { PIPELINE_ERRORS } from './pipeline-errors'
import { READER_ERRORS } from './reader-errors'
import { RECORD_ERRORS } from './record-errors'

/** What docs/reference/errors.md says of an error code, each in one or two sentences. */
export interface ErrorHelp {
  readonly happened: string
  /** What the product did, in addition to what the code's remedy says. */
  readonly did: string
  readonly todo: string
}

/** Of some codes; a name that is no code does not compile. */
export type ErrorHelps = Partial<Record<ErrorCode, ErrorHelp>>

/** By the part that a reader of a log line looks for. */
export const ERROR_SECTIONS = {
  'Records and declarations': RECORD_ERRORS,
  'Topics, state and dead letters': PIPELINE_ERRORS,
  'Brokers, group and transactions': KAFKA_ERRORS,
  'Following a feed': READER_ERRORS,
  'Configuration, stack, connector and database': OPERATIONS_ERRORS,
} as const

/** Every code has its help: a new code without one does not compile. */
export const ERROR_HELP: Readonly<Record<ErrorCode, ErrorHelp>> = {
  ...RECORD_ERRORS,
  ...PIPELINE_ERRORS,
  ...KAFKA_ERRORS,
  ...READER_ERRORS,
  ...OPERATIONS_ERRORS,
}
