import { sampleConfig } from '../support/sample-config'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import type { AppConfig } from '../../src/app/app-config'
import { registerConnector } from '../../src/connector/register-connector'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import type { DeclaredTable } from '../../src/source/declared-table'
import { createLogger } from '../../src/telemetry'
import type { LogRecord } from '../../src/topology/record'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/** PostgreSQL, Debezium with the shipped connector file, and Kafka; topics of one partition. */
export class RealLine {
  private constructor(
    private readonly stack: TestStack,
    readonly config: AppConfig,
    private readonly log: KafkaLog,
    readonly database: Client,
  ) {}

  static async start(): Promise<RealLine> {
    const stack = await startTestStack({ services: ['postgres', 'kafka', 'connect'] })
    const env = {
      FACTS_HOME: stack.home,
      FACTS_LOG_LEVEL: 'silent',
      FACTS_TOPICS_PARTITIONS: '1',
    }
    const config = sampleConfig({ env })
    const { url } = config.database
    await migrate(
      { databaseUrl: url, adminDatabaseUrl: undefined, cdcPassword: undefined },
      () => undefined,
    )
    const database = new Client({ connectionString: url })
    // Ended with the server.
    database.on('error', () => undefined)
    await database.connect()
    await database.query(
      "SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'; SET lc_monetary = 'C'",
    )
    const { brokers } = config.kafka
    const log = new KafkaLog({ brokers, clientId: 'test', logger: createLogger(config.log) })
    return new RealLine(stack, config, log, database)
  }

  /** Registers the shipped connector, which checks the declared tables first; its first work is the snapshot. */
  async capture(declared: readonly DeclaredTable[]): Promise<void> {
    await registerConnector({ config: this.config, declared, timeout: 120_000 })
  }

  /** Waits until the topics have so many records together, and gives them. Fails when the connector's task does. */
  async records(topics: readonly string[], count: number): Promise<readonly LogRecord[]> {
    await waitFor(
      `${count} records`,
      async () => {
        const { connect } = this.config
        const response = await fetch(`${connect.url}/connectors/monolith/status`)
        const status = await response.text()
        if (status.includes('"FAILED"')) throw new Error(`The connector failed: ${status}`)
        const known = await this.log.admin.partitionCounts(topics)
        const there = topics.filter((topic) => known.has(topic))
        const ends = await Promise.all(there.map((topic) => this.log.admin.offsets(topic)))
        const sum = ends
          .flatMap((offsets) => [...offsets.values()])
          .reduce((total, { high }) => total + high, 0n)
        return sum >= BigInt(count)
      },
      120_000,
    )
    return readAll(this.log, topics)
  }

  async stop(): Promise<void> {
    await this.database.end()
    await this.log.close()
    await this.stack.stop()
  }
}
