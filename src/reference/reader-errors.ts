import type { ErrorHelps } from './error-help'

export const READER_ERRORS = {
  FEED_UNAVAILABLE: {
    happened: 'The feed did not answer, or answered 5xx, 408, 425 or 429.',
    did: 'Connects again with growing waits, or after `Retry-After`, from the kept position.',
    todo: 'Nothing; if it lasts, see the feed server.',
  },
  FEED_REFUSED: {
    happened:
      'The feed refused the request for good: a wrong filter, token, feed or cursor; or what answered is not a feed.',
    did: 'Ends the follower. The position stays.',
    todo: 'Correct what the message names. A cursor of another filter: start with the filter it was made for, or with a new position.',
  },
  CURSOR_EXPIRED: {
    happened: 'What followed the kept position is no longer on the topic.',
    did: 'Ends the follower (`--on-expired fail`), or resumes from a snapshot or the earliest fact (`--on-expired`).',
    todo: 'Choose `--on-expired snapshot` or `earliest`. A snapshot does not report rows that were removed in between.',
  },
  HANDLER_FAILED: {
    happened: 'The handler failed for one event as often as `--attempts` allows.',
    did: 'Ends the follower. The position stays before the event.',
    todo: 'Fix what fails, and start again.',
  },
  POSITION_UNAVAILABLE: {
    happened:
      'The file or the database that keeps the position cannot be reached; on the health port: no position is kept yet.',
    did: 'Waits and tries again. What was handled is not handled a second time by the same process.',
    todo: 'Bring the disk or the database back.',
  },
  POSITION_INVALID: {
    happened: "The file does not hold a follower's position, or PostgreSQL refuses to keep one.",
    did: 'Ends the follower.',
    todo: 'Name another file, or remove it and start from the beginning; check the address, the role and its rights on the table.',
  },
  POSITION_TAKEN: {
    happened: 'Another follower has opened the same position.',
    did: 'The older follower ends; it writes nothing more.',
    todo: 'Give each follower a position (`--position`) or a name (`--name`) of its own.',
  },
} as const satisfies ErrorHelps
