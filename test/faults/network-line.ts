import { choosePorts } from '../../src/dev-stack/ports/ports'
import { KafkaProxy } from '../support/kafka-proxy'
import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import { installHistory } from './history'

/** The whole line, with a bad network between the broker and the pipelines that are configured to use it. */
export class NetworkLine {
  private constructor(
    readonly line: RunningLine,
    readonly proxy: KafkaProxy,
  ) {}

  static async start(): Promise<NetworkLine> {
    const names = ['kafka', 'controller', 'kafka2', 'kafka3'] as const
    const {
      kafka,
      controller,
      kafka2: proxied,
      kafka3: advertised,
    } = await choosePorts({
      names,
      usual: {},
    })
    const proxy = await KafkaProxy.start(advertised, proxied)
    const plain = `PLAINTEXT://127.0.0.1:${kafka}`
    const line = await RunningLine.start({
      ports: { kafka, controller },
      settings: {
        kafka: {
          listeners: `${plain},CONTROLLER://127.0.0.1:${controller},PROXIED://127.0.0.1:${proxied}`,
          'advertised.listeners': `${plain},PROXIED://127.0.0.1:${advertised}`,
          'listener.security.protocol.map':
            'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT',
        },
      },
    }).catch(async (error: unknown) => {
      await proxy.close()
      throw error
    })
    await withClient(line.config.database.url, installHistory)
    return new NetworkLine(line, proxy)
  }

  /** A pipeline that uses the bad network. */
  pipeline(env: Readonly<Record<string, string>> = {}): PipelineProcess {
    return this.line.pipeline({
      FACTS_KAFKA_BROKERS: `127.0.0.1:${this.proxy.port}`,
      ...env,
    })
  }

  /** A pipeline whose network is good. */
  directPipeline(env: Readonly<Record<string, string>> = {}): PipelineProcess {
    return this.line.pipeline(env)
  }

  /** Until they have three partitions each. */
  shared(...pipelines: readonly PipelineProcess[]): Promise<true> {
    return waitFor(
      'three partitions each',
      async () => {
        const shares = await Promise.all(pipelines.map((pipeline) => pipeline.partitions(CHANGES)))
        return shares.every((share) => share === 3)
      },
      120_000,
    )
  }

  /** Ends what a test has started. */
  async clear(): Promise<void> {
    await this.proxy.heal()
    await this.line.endPipelines()
  }

  async stop(): Promise<void> {
    await this.line.stop()
    await this.proxy.close()
  }
}
