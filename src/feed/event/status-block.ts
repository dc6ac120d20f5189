import type { EventFormat, StatusName, StatusPlace } from './event-text'
import { ownName, sseBlock, statusText } from './event-text'

/** What is told of the stream itself, as an event that moves the cursor of every reader. */
export const statusBlock = (status: StatusName, format: EventFormat, place: StatusPlace): Buffer =>
  sseBlock(ownName(format, 'status'), place.cursor, statusText(status, place))
