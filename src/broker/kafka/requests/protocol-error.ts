import { createErrorFromCode } from '../kafkajs'

/** The error that a code of a response stands for; undefined for 0, which is none. */
export function errorOf(code: number): Error | undefined {
  return code === 0 ? undefined : createErrorFromCode(code)
}

export function throwIfError(code: number): void {
  const error = errorOf(code)
  if (error !== undefined) throw error
}
