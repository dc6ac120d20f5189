import { errorCodes } from 'kafkajs/src/protocol/error'
import { KAFKA_ERRORS, PASSES } from './error-table'

/**
 * Adds later errors to KafkaJS' table, which ends at 88: otherwise it creates errors without a name and without a code.
 */
const known = new Set(errorCodes.map(({ code }) => code))
for (const [code, type, decision] of KAFKA_ERRORS) {
  if (known.has(code)) continue
  const message = type.toLowerCase().replaceAll('_', ' ')
  errorCodes.push({ type, code, retriable: decision === PASSES, message })
}
