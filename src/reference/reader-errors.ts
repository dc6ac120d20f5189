import type { ErrorHelps } from './error-texts'

export const READER_ERRORS = {
  FEED_UNAVAILABLE: {
    happened: 'The feed did not answer, or answered 5xx, 408, 425 or 429.',
    did: 'Reconnects with increasing delays, or after `Retry-After`, from the stored position.',
    todo: 'Nothing; if it continues, check the feed server.',
  },
  FEED_REFUSED: {
    happened:
      'The feed rejected the request permanently: a wrong filter, token, feed or cursor; or the server is not a feed.',
    did: 'Ends the follower. The position stays.',
    todo: 'Correct what the message names. A cursor of another filter: start with the filter it was made for, or with a new position.',
  },
  CURSOR_EXPIRED: {
    happened: 'Events after the stored position are no longer on the topic.',
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
      'The file or the database that stores the position cannot be reached; on the health port: no position is stored yet.',
    did: 'Waits and retries. The same process does not handle an event a second time.',
    todo: 'Repair the disk or start the database.',
  },
  POSITION_INVALID: {
    happened:
      "The file does not contain a follower's position, or PostgreSQL refuses to store one.",
    did: 'Ends the follower.',
    todo: 'Name another file, or remove it and start from the beginning; check the address, the role and its rights on the table.',
  },
  POSITION_TAKEN: {
    happened: 'Another follower has opened the same position.',
    did: 'The older follower ends; it writes nothing more.',
    todo: 'Give each follower a position (`--position`) or a name (`--name`) of its own.',
  },
} as const satisfies ErrorHelps
