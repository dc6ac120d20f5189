import { errorCodes } from 'kafkajs/src/protocol/error'
import { KAFKA_ERRORS, PASSES } from './error-table'

/**
 * Adds to KafkaJS' table of errors, which ends at 88, those that came later: it makes errors without a name and without a
 * code of them otherwise.
 */
const known = new Set(errorCodes.map(({ code }) => code))
for (const [code, type, decision] of KAFKA_ERRORS) {
  if (known.has(code)) continue
  const message = type.toLowerCase().replaceAll('_', ' ')
  errorCodes.push({ type, code, retriable: decision === PASSES, message })
}
