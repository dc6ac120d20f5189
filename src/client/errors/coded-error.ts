/** An error that says what to do about it: a FollowError, or what a handler or a store throws, with the same two properties. */
export interface CodedError extends Error {
  readonly code: string
  readonly remedy: string
}

export const isCoded = (error: unknown): error is CodedError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'remedy' in error &&
  typeof error.remedy === 'string'
