import { createErrorFromCode } from '../kafkajs'

/** The error of a response's code; undefined for 0, no error. */
export function errorOf(code: number): Error | undefined {
  return code === 0 ? undefined : createErrorFromCode(code)
}

export function throwIfError(code: number): void {
  const error = errorOf(code)
  if (error !== undefined) throw error
}
