import type { Feed } from '../live/feed'
import type { ReaderPosition } from '../cursor/reader-position'
import { Problem } from '../problem'
import type { Selection } from '../select/selection'
import type { Entry } from '../store/entry'
import type { FactStore } from '../store/fact-store'

/** An outbox has one partition: its events are in one order. */
const PARTITION = 0

/** The position after the event with that number. Throws Problem when it is unknown or ambiguous; see PROTOCOL.md R64. */
export async function afterEvent(
  feed: Feed,
  selection: Selection,
  number: string,
): Promise<ReaderPosition> {
  const find = (): readonly Entry[] => insertions(feed.hub.history.store, Buffer.from(number))
  let found = find()
  if (found.length === 0) {
    // Another server may have sent it already.
    await feed.hub.head()
    found = find()
  }
  const [event, another] = found
  if (event === undefined) throw unknown(feed, selection, number)
  if (another !== undefined) {
    throw new Problem(
      'event-ambiguous',
      `Several events have had the number ${number}. Send the cursor of a response (Feed-Start-Cursor, or the id of a heartbeat) instead, or begin with start=earliest or start=now.`,
    )
  }
  const positions = [{ next: event.offset + 1n, check: event.check }]
  feed.refuseExpired(positions, selection)
  return { positions }
}

/** The facts of the key's inserts, the last one first. */
function insertions(store: FactStore, key: Buffer): readonly Entry[] {
  const found: Entry[] = []
  const at = store.latestOf(PARTITION, key)
  let entry = at === undefined ? undefined : store.row(PARTITION, at)
  while (entry !== undefined) {
    const before: Entry | undefined =
      entry.previous === undefined ? undefined : store.row(PARTITION, entry.previous)
    const isFirst = before === undefined || before.isDelete
    if (isFirst && !entry.isDelete && !entry.isUpdate) found.push(entry)
    entry = before
  }
  return found
}

function unknown(feed: Feed, selection: Selection, number: string): Problem {
  const begin = 'Begin with start=earliest or start=now, without Last-Event-ID.'
  const isWhole = feed.hub.history.store.lowest()[PARTITION]?.offset === 0n
  if (!isWhole) {
    return feed.expired(
      `There is no event of the number ${number}, or it is no longer kept, so what followed it is not known. ${begin}`,
      selection,
    )
  }
  return new Problem('event-unknown', `There is no event with the number ${number}. ${begin}`)
}
