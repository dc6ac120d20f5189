/**
 * Every error of the client by its code. `retry`: it is waited out, and reported to `onState` only. `halt`: a person has to act; the
 * follower rejects, or, with DISK_FULL, waits until there is space.
 */
export const FOLLOW_ERRORS = {
  CONFIG_INVALID: 'halt',
  FEED_UNAVAILABLE: 'retry',
  FEED_REFUSED: 'halt',
  CURSOR_EXPIRED: 'halt',
  HANDLER_FAILED: 'halt',
  POSITION_UNAVAILABLE: 'retry',
  POSITION_INVALID: 'halt',
  POSITION_TAKEN: 'halt',
  DISK_FULL: 'halt',
} as const

export type FollowErrorCode = keyof typeof FOLLOW_ERRORS

/** What a follower rejects with; `message` says what happened and what to do. Errors of a handler are its `cause`. */
export class FollowError extends Error {
  override readonly name = 'FollowError'

  constructor(
    readonly code: FollowErrorCode,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : options)
  }

  get remedy(): 'retry' | 'halt' {
    return FOLLOW_ERRORS[this.code]
  }
}
