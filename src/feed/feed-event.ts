import type { JsonObject } from '../wire/message-json'
import { valueAt } from './filter/field-path'
import type { Change } from './change'
import type { Image } from './image'
import type { Selection } from './selection'

/** What happened to the set. */
export type EventType = 'add' | 'update' | 'remove'

export interface FeedEvent {
  readonly type: EventType
  readonly data: JsonObject
  /** RFC 3339. */
  readonly time: string | undefined
}

/** What the change means for the set that was chosen; undefined when nothing. */
export function feedEvent(
  { key, next, previous }: Pick<Change, 'key' | 'next' | 'previous'>,
  selection: Selection,
): FeedEvent | undefined {
  if (next === undefined || !selection.inShard(key)) return undefined
  // An outbox tells what was inserted, whatever becomes of the row.
  const isThere = previous !== undefined && !previous.isDelete
  if (selection.format === 'events' && isThere) return undefined
  const was = isMember(previous, selection)
  const is = isMember(next, selection)
  if (is) {
    if (was && !hasChanged(previous, next, selection)) return undefined
    return { type: was ? 'update' : 'add', data: selection.project(next.json), time: next.time }
  }
  if (!was) return undefined
  return { type: 'remove', data: selection.projectRemoved(next.json), time: next.time }
}

/** Whether the reader is told that the facts were read for him: nothing outside of what he may see is counted. */
export function isCounted(images: readonly (Image | undefined)[], { granted }: Selection): boolean {
  return granted === undefined || images.some((image) => isMember(image, { where: granted }))
}

/** Whether the subject is in the set while this is its last fact. */
export function isMember(image: Image | undefined, { where }: Pick<Selection, 'where'>): boolean {
  return image !== undefined && !image.isDelete && where(image)
}

function hasChanged(before: Image | undefined, after: Image, { changesOn }: Selection): boolean {
  if (changesOn === undefined) return true
  const text = (image: Image | undefined, path: readonly string[]): string | undefined =>
    JSON.stringify(valueAt(image?.json, path))
  return changesOn.some((path) => text(before, path) !== text(after, path))
}
