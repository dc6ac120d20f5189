import type { Log, Reader } from '../../broker/ports'
import { changelogTopic, parkedStore } from '../../topology/internal-topics'
import type { LogRecord } from '../../topology/record'
import type { Source, Topology } from '../../topology/topology'
import { isBreakerKey } from './circuit-breaker'
import type { ParkedKey } from './parked-keys'
import { parseParkedId, parseParkedKey } from './parked-keys'
import { originOf } from '../state/changelog'

/** A parked key from its changelog. */
export interface StoredKey {
  readonly source: Source
  readonly processor: string
  readonly key: Buffer
  readonly partition: number
  readonly parked: ParkedKey
}

export interface ParkedViewOptions {
  readonly log: Pick<Log, 'reader'>
  readonly topology: Topology
  readonly applicationId: string
}

/** The parked keys of all tasks, by `parkedId`, from their changelogs: complete after `start`, current until `stop`. */
export class ParkedView {
  private readonly found = new Map<string, StoredKey>()
  private readonly sources: ReadonlyMap<string, Source>
  private readonly reader: Reader

  constructor({ log, topology, applicationId }: ParkedViewOptions) {
    this.sources = new Map(
      topology.sources.map((source) => [
        changelogTopic(applicationId, parkedStore(source)),
        source,
      ]),
    )
    this.reader = log.reader([...this.sources.keys()])
  }

  get keys(): ReadonlyMap<string, StoredKey> {
    return this.found
  }

  async start(): Promise<void> {
    await this.reader.start((records) => records.forEach((record) => this.take(record)))
    await this.reader.catchUp()
  }

  stop(): Promise<void> {
    return this.reader.stop()
  }

  private take(record: LogRecord): void {
    const { topic, partition, key, value } = record
    const source = this.sources.get(topic)
    if (source === undefined || key === null || originOf(record) !== undefined) return
    const id = key.toString()
    if (isBreakerKey(id)) return
    if (value === null) {
      this.found.delete(id)
      return
    }
    const parked = parseParkedKey(value)
    this.found.set(id, { source, partition, parked, ...parseParkedId(id, parked) })
  }
}
