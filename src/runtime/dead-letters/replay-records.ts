import { controlTopic } from '../../topology/internal-topics'
import type { OutputRecord } from '../../topology/record'
import { replayRecord } from './control-record'
import type { WaitingKey } from './waiting-key'

/** The control records that replay the dead letters of a key in order. */
export function replayRecords(
  applicationId: string,
  { source, processor, parked, letters }: WaitingKey,
  leaveOut: ReadonlySet<bigint>,
): readonly OutputRecord[] {
  const topic = controlTopic(applicationId, source.topic)
  let after = parked.taken
  return letters.map(({ record, letter }, index) => {
    const isLast = index === letters.length - 1
    const replay = { processor, id: parked.id, after, settles: 1, isLast }
    after = record.offset.toString()
    return replayRecord(topic, record, {
      ...replay,
      letter: isLast ? letter : undefined,
      leftOut: leaveOut.has(record.offset),
    })
  })
}

/** The control record that settles all of them without processing any, also when dead letters are lost. */
export function dropRecords(
  applicationId: string,
  { source, processor, key, partition, parked, letters }: WaitingKey,
): readonly OutputRecord[] {
  const topic = controlTopic(applicationId, source.topic)
  const newest = letters.at(-1)
  const offset = newest?.record.offset ?? BigInt(parked.last)
  const timestamp = newest?.record.timestamp ?? 0n
  const record = { topic: source.topic, partition, offset, key, timestamp }
  return [
    replayRecord(
      topic,
      { ...record, value: null, headers: {} },
      {
        processor,
        id: parked.id,
        after: parked.taken,
        settles: parked.count,
        isLast: true,
        letter: newest?.letter,
        leftOut: true,
      },
    ),
  ]
}
