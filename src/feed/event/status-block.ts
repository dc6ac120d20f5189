import type { EventFormat } from '../select/event-format'
import type { StatusName, StatusDetails } from './event-text'
import { ownName, sseBlock, statusText } from './event-text'

/** A status of the stream as an event, which advances the cursor of every reader. */
export const statusBlock = (
  status: StatusName,
  format: EventFormat,
  details: StatusDetails,
): Buffer => sseBlock(ownName(format, 'status'), details.cursor, statusText(status, details))
