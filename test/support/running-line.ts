import { sampleConfig } from './sample-config'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { migrate } from '../../monolith/migrate'
import { provision } from '../../src/compose/provision'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import type { AppConfig } from '../../src/app/app-config'
import { packageRoot } from '../../src/package-root'
import { registerConnector } from '../../src/connector/register-connector'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import type { LogRecord } from '../../src/topology/record'
import { createLogger } from '../../src/telemetry'
import { GroupOffsets } from './group-offsets'
import { PipelineProcess } from './pipeline-process'
import type { TestStack } from './stack'
import { startTestStack } from './stack'
import { waitFor } from './wait-for'

export const FACTS = 'wildapp.primary.facts'
export const CHANGES = 'monolith.public.wildapp_primary'
export const DEAD_LETTERS = 'wildapp.dead-letters'

/** How long the connector has to be RUNNING until it is believed: nothing is wrong with its database. */
const SETTLE_MS = 500

type LineOptions = Parameters<typeof startTestStack>[0] & {
  /** Whether the connector is registered; default yes. */
  readonly capture?: boolean
}

/** The whole stack, migrated, provisioned and captured; pipelines are started by the tests. */
export class RunningLine {
  private readonly pipelines: PipelineProcess[] = []

  private constructor(
    readonly stack: TestStack,
    readonly config: AppConfig,
    readonly log: KafkaLog,
    private readonly group: GroupOffsets,
  ) {}

  static async start({ capture = true, ...options }: LineOptions = {}): Promise<RunningLine> {
    const stack = await startTestStack(options)
    const config = sampleConfig({
      env: {
        FACTS_HOME: stack.home,
        FACTS_LOG_LEVEL: 'silent',
        FACTS_TOPICS_REPLICATION_FACTOR: String(options.brokers ?? 1),
      },
    })
    const { brokers } = config.kafka
    const client = { brokers, clientId: 'test', logger: createLogger(config.log) }
    const log = new KafkaLog(client)
    const settings = {
      databaseUrl: config.database.url,
      adminDatabaseUrl: undefined,
      cdcPassword: undefined,
    }
    await Promise.all([migrate(settings, () => undefined), provision(config, () => undefined)])
    if (capture) await registerConnector({ config, settle: SETTLE_MS })
    return new RunningLine(stack, config, log, new GroupOffsets(client, log))
  }

  pipeline(
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): PipelineProcess {
    const pipeline = new PipelineProcess(this.stack.home, env, args)
    this.pipelines.push(pipeline)
    return pipeline
  }

  /** Inserts rows of each model. */
  async seed(number: number): Promise<void> {
    const code = await runAppCommand(['seed', `--number=${number}`], this.config, {
      onLine: () => undefined,
    })
    if (code !== 0) throw new Error(`seed ended with exit code ${code}`)
  }

  /** Sum of the partitions' ends: grows with every commit. */
  async end(topic: string): Promise<bigint> {
    const offsets = await this.log.admin.offsets(topic)
    return [...offsets.values()].reduce((sum, { high }) => sum + high, 0n)
  }

  /** `facts ...` as an operator would call it. */
  facts(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(packageRoot(), 'bin', 'facts.cjs'), ...args],
        { env: { ...process.env, FACTS_HOME: this.stack.home, NO_COLOR: '1' } },
        (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      )
    })
  }

  /** Every committed record of a topic. */
  read(topic: string): Promise<readonly LogRecord[]> {
    return readAll(this.log, [topic])
  }

  /** Waits until the group has committed the end of every input partition. */
  committed(deadlineMs = 120_000): Promise<true> {
    return waitFor(
      'everything to be committed',
      () => this.group.areAtEnd('wildapp', CHANGES),
      deadlineMs,
    )
  }

  /** Waits until Connect has recorded an offset: without any the connector would take a new snapshot after a crash. */
  offsetRecorded(): Promise<true> {
    return waitFor(
      'an offset to be recorded',
      async () => {
        const response = await fetch(`${this.config.connect.url}/connectors/monolith/offsets`)
        const { offsets } = (await response.json()) as { readonly offsets?: readonly unknown[] }
        return (offsets?.length ?? 0) > 0
      },
      120_000,
    )
  }

  async endPipelines(): Promise<void> {
    for (const pipeline of this.pipelines) pipeline.kill('SIGTERM')
    await Promise.all(this.pipelines.map((pipeline) => pipeline.exit()))
    this.pipelines.length = 0
  }

  async stop(): Promise<void> {
    await this.endPipelines()
    await this.group.close()
    await this.log.close()
    await this.stack.stop()
  }
}
