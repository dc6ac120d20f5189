import type { KafkaClientOptions } from '../../src/broker/kafka/client/kafka-client'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import type { Admin } from '../../src/broker/kafka/kafkajs'
import { Sockets } from '../../src/broker/kafka/client/sockets'
import type { Log } from '../../src/broker/ports'

/** Progress of a running group: its transactions are not waited for. */
export class GroupOffsets {
  private readonly sockets = new Sockets()
  private readonly admin: Admin

  constructor(
    client: KafkaClientOptions,
    private readonly log: Log,
  ) {
    this.admin = kafkaClient(client, this.sockets).admin()
  }

  /** Whether the group has committed the end of every partition. */
  async areAtEnd(groupId: string, topic: string): Promise<boolean> {
    const ends = [...(await this.log.admin.offsets(topic))]
    await this.admin.connect()
    const [answer] = await this.admin.fetchOffsets({ groupId, topics: [topic] })
    // -1 where nothing was committed.
    const done = new Map(answer?.partitions.map(({ partition, offset }) => [partition, offset]))
    return ends.every(
      ([partition, { high }]) => high === 0n || BigInt(done.get(partition) ?? -1) >= high,
    )
  }

  async close(): Promise<void> {
    await this.admin.disconnect()
    this.sockets.close()
  }
}
