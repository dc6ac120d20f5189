import type { ErrorCode } from '../errors'
import type { ErrorHelp } from './error-texts'
import { KAFKA_ERRORS } from './kafka-errors'
import { OPERATIONS_ERRORS } from './operations-errors'
import { PIPELINE_ERRORS } from './pipeline-errors'
import { READER_ERRORS } from './reader-errors'
import { RECORD_ERRORS } from './record-errors'

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
