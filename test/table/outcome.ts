import { FactsError } from '../../src/errors'

/** What a decoder made of a record: its event, or the error it threw. Anything else thrown is thrown on. */
export function outcome(decode: () => unknown): unknown {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof FactsError)) throw error
    return { code: error.code, message: error.message, remedy: error.remedy }
  }
}
