import type { Cluster } from '../kafkajs'
import { MARKERS_PENDING, typeOf, untilTaken } from '../client/coordinator'
import { endTxn } from '../requests/end-txn-v5'
import { produce } from '../requests/produce-v12'
import { errorOf } from '../requests/protocol-error'
import { txnOffsetCommit } from '../requests/txn-offset-commit-v5'
import type {
  Appended,
  Appends,
  Offsets,
  TransactionOwner,
  TransactionSteps,
} from './transaction-steps'
import { nameOf } from './transaction-steps'
import { Turns } from './turns'

/**
 * Retryable errors of a leader that has appended nothing: the markers of the last transaction are being written, or the
 * coordinator is unreachable or loading (reported as the second of these).
 */
const REFUSED_FOR_NOW: ReadonlySet<unknown> = new Set([MARKERS_PENDING, 'NOT_ENOUGH_REPLICAS'])

/**
 * The protocol of KIP-890 ("transaction version 2"): leaders and the group's coordinator add partitions at the transaction's
 * coordinator themselves, and each transaction has its own epoch. So a late request cannot reach another transaction, and two
 * requests of five are saved.
 */
export class SecondVersionSteps implements TransactionSteps {
  private isBegun = false
  /** Partitions and groups that are certainly part of it. */
  private readonly added = new Set<string>()
  private readonly turns = new Turns<Cluster.Broker>()

  constructor(private readonly owner: TransactionOwner) {}

  add(): Promise<void> {
    return Promise.resolve()
  }

  async produce(leader: Cluster.Broker, appends: Appends): Promise<readonly Appended[]> {
    this.isBegun = true
    const appended: Appended[] = []
    let left = appends
    await untilTaken(REFUSED_FOR_NOW, async () => {
      const request = produce({ ...this.owner.identity, ...left })
      const answers = await this.adding(namesIn(left), leader, () => leader.ask(request))
      const taken = answers.filter(({ code }) => code === 0)
      const failed = answers.filter(({ code }) => code !== 0)
      appended.push(...taken)
      for (const partition of taken) this.added.add(nameOf(partition))
      if (failed.length === 0) return
      left = only(left, new Set(failed.map(nameOf)))
      const errors = failed.map(({ code }) => errorOf(code))
      // A retryable error must not hide a permanent one.
      const error = errors.find((it) => !REFUSED_FOR_NOW.has(typeOf(it))) ?? errors[0]
      if (error !== undefined) throw error
    })
    return appended
  }

  async commitOffsets(offsets: Offsets): Promise<void> {
    this.isBegun = true
    const { groupId } = offsets
    const request = txnOffsetCommit({ ...this.owner.identity, ...offsets })
    const step = (broker: Cluster.Broker): Promise<unknown> =>
      this.adding([groupId], broker, () => broker.ask(request))
    await this.owner.group(groupId).ask(step)
    this.added.add(groupId)
  }

  async end(isCommitted: boolean): Promise<void> {
    if (!this.isBegun) return
    const { coordinator, identity } = this.owner
    this.owner.renew(await coordinator.ask((broker) => broker.ask(endTxn(identity, isCommitted))))
  }

  /**
   * The coordinator accepts new partitions from one broker at a time and rejects concurrent ones, and a rejected leader waits for
   * 20 ms: hence one broker after the other, as long as there are new partitions.
   */
  private adding<T>(
    names: readonly string[],
    broker: Cluster.Broker,
    step: () => Promise<T>,
  ): Promise<T> {
    return names.every((name) => this.added.has(name)) ? step() : this.turns.take(broker, step)
  }
}

function namesIn({ topicData }: Appends): readonly string[] {
  return topicData.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition }) => nameOf({ topic, partition })),
  )
}

function only(appends: Appends, names: ReadonlySet<string>): Appends {
  const topicData = appends.topicData
    .map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.filter(({ partition }) => names.has(nameOf({ topic, partition }))),
    }))
    .filter(({ partitions }) => partitions.length > 0)
  return { ...appends, topicData }
}
