import type { JsonObject } from '../../protobuf/json/message-json'
import { valueAt } from '../filter/field-path'
import type { Projection } from '../filter/projection'
import type { Change } from './change'
import type { Image } from '../image/image'
import type { Selection } from '../select/selection'

/** The change of the set. */
export type EventType = 'add' | 'update' | 'remove'

/** A change of the set, with the visible part of the fact that caused it. */
export class FeedEvent {
  constructor(
    readonly type: EventType,
    private readonly image: Image,
    /** Projection to the visible fields; undefined when all are visible. */
    private readonly show: Projection | undefined,
  ) {}

  get data(): JsonObject {
    return this.show === undefined ? this.image.json : this.show(this.image.json)
  }

  /** The same as JSON. */
  get text(): string {
    return this.show === undefined ? this.image.text : JSON.stringify(this.data)
  }

  /** RFC 3339. */
  get time(): string | undefined {
    return this.image.time
  }
}

/** The change's effect on the selected set; undefined when there is none. */
export function feedEvent(
  { key, next, previous }: Pick<Change, 'key' | 'next' | 'previous'>,
  selection: Selection,
): FeedEvent | undefined {
  if (next === undefined || !selection.inShard(key)) return undefined
  // An outbox sends inserts only, not later changes of the row.
  const isThere = next.isUpdate || (previous !== undefined && !previous.isDelete)
  if (selection.format === 'events' && isThere) return undefined
  const was = isMember(previous, selection)
  const is = isMember(next, selection)
  if (is) {
    if (was && !hasChanged(previous, next, selection)) return undefined
    return new FeedEvent(was ? 'update' : 'add', next, selection.project)
  }
  if (!was) return undefined
  return new FeedEvent('remove', next, selection.projectRemoved)
}

/** Whether the facts count in the reader's statistics: facts outside the granted set do not. */
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
