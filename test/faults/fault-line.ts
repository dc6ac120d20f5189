import { randomInt } from 'node:crypto'
import { connectClient } from '../../src/connector/connect-client'
import { supervise } from '../../src/connector/supervise'
import { KAFKA_NODES } from '../../src/dev-stack/ports/kafka-nodes'
import type { ServiceName } from '../../src/dev-stack/service/stack-event'
import type { PipelineProcess } from '../support/pipeline-process'
import { RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { describeLine } from './line-state'

/** What may happen to the line, and how often of all of them. */
export const FAULTS = {
  /** A pipeline is killed and started again under its name. */
  pipeline: 10,
  /** A pipeline is frozen for longer than its session lasts, and continues. */
  zombie: 1,
  /** A third pipeline comes, and goes when it has its share. */
  rebalance: 1,
  connect: 2,
  broker: 2,
  postgres: 1,
} as const
export type Fault = keyof typeof FAULTS
export const FAULT_NAMES = Object.keys(FAULTS) as readonly Fault[]
/** Those that end a process without warning. */
export const KILLS: readonly Fault[] = ['pipeline', 'connect', 'broker', 'postgres']
export const countKills = (faults: Readonly<Record<Fault, number>>): number =>
  KILLS.reduce((sum, fault) => sum + faults[fault], 0)

/** Longer than the session timeout of the pipelines, which is 6 s. */
const FROZEN_MS = 8_000
const INSTANCES = ['one', 'two']
/** Until a pipeline that has ended by itself is started again, as an orchestrator would. */
const AGAIN_MS = 2_000

/** The whole line with two pipelines, and what may happen to it. */
export class FaultLine {
  private readonly pipelines = new Map<string, PipelineProcess>()
  /** Those that were killed on purpose. */
  private readonly killed = new Set<PipelineProcess>()
  private readonly ending = new AbortController()
  private supervision: Promise<void> = Promise.resolve()
  /** Pipelines that ended by themselves. */
  ended = 0

  private constructor(
    readonly line: RunningLine,
    private readonly brokers: 1 | 3,
    /** Takes what happens, a line each. */
    private readonly say: (line: string) => void,
  ) {}

  static async start(brokers: 1 | 3, say: (line: string) => void): Promise<FaultLine> {
    const dated = (line: string): void => say(`${new Date().toISOString()}  ${line}`)
    const line = await RunningLine.start({
      brokers,
      // Seldom enough that a killed worker sends again, often enough that it resumes where it was.
      settings: { connect: { 'offset.flush.interval.ms': '3000' } },
      onEvent: (event) => {
        if (event.type === 'note') dated(event.text)
        if (event.type !== 'service') return
        if (event.state === 'failed') dated(`${event.service} failed`)
        if (event.state === 'ready') dated(`${event.service} is ready after ${event.ms ?? 0} ms`)
      },
    })
    const faultLine = new FaultLine(line, brokers, dated)
    for (const name of INSTANCES) faultLine.startPipeline(name)
    faultLine.supervision = supervise({
      client: connectClient(line.config.connect),
      name: 'monolith',
      signal: faultLine.ending.signal,
      say: (text) => dated(`supervise: ${text}`),
      intervalMs: 1_000,
      patience: 1_000,
    })
    faultLine.supervision.catch((error: unknown) => dated(`supervise ended: ${String(error)}`))
    return faultLine
  }

  /** Resolves when what was killed has been started again. */
  async inject(fault: Fault): Promise<void> {
    if (fault === 'pipeline') {
      await this.killPipeline()
      return
    }
    if (fault === 'zombie') return this.freezePipeline()
    if (fault === 'rebalance') return this.rebalance()
    if (fault === 'broker') return this.killService(KAFKA_NODES[randomInt(0, this.brokers)]!.name)
    return this.killService(fault)
  }

  /** Kills one of the pipelines and starts it again under its name; resolves when the new one has been started. */
  async killPipeline(): Promise<PipelineProcess> {
    const name = INSTANCES[randomInt(0, INSTANCES.length)] ?? ''
    const pipeline = this.pipelines.get(name)
    if (pipeline !== undefined) this.killed.add(pipeline)
    pipeline?.kill('SIGKILL')
    await pipeline?.exit()
    return this.startPipeline(name)
  }

  /** Each part of the line as it is now, to find out why no facts flow. */
  describe(): Promise<string> {
    return describeLine(this.line, this.pipelines)
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.supervision.catch(() => undefined)
    await this.line.stop()
  }

  private startPipeline(name: string): PipelineProcess {
    const pipeline = this.line.pipeline({ FACTS_PIPELINE_INSTANCE_ID: name })
    this.pipelines.set(name, pipeline)
    void pipeline.exit().then((code) => this.pipelineEnded(name, pipeline, code))
    return pipeline
  }

  private async pipelineEnded(
    name: string,
    pipeline: PipelineProcess,
    code: number | null,
  ): Promise<void> {
    if (this.isMeant(pipeline)) return
    this.ended += 1
    const log = pipeline.log.split('\n').slice(-4).join('\n')
    this.say(`pipeline ${name} ended by itself with exit code ${code ?? 'none'}:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    if (this.pipelines.get(name) === pipeline && !this.isMeant(pipeline)) this.startPipeline(name)
  }

  /** Whether its end is one of the faults, or of all. */
  private isMeant(pipeline: PipelineProcess): boolean {
    return this.killed.has(pipeline) || this.ending.signal.aborted
  }

  private async killService(name: ServiceName): Promise<void> {
    const { stack } = this.line
    await stack.kill(name)
    // PostgreSQL's processes notice that the first of them is gone a moment later, and hold its memory until then.
    await waitFor(
      `${name} to start again`,
      () =>
        stack.startAgain(name).then(
          () => true,
          () => false,
        ),
      120_000,
    )
  }

  /** It believes for a while that it still owns what the other has taken over. */
  private async freezePipeline(): Promise<void> {
    const pipeline = this.pipelines.get(INSTANCES[randomInt(0, INSTANCES.length)] ?? '')
    pipeline?.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, FROZEN_MS))
    pipeline?.kill('SIGCONT')
  }

  private async rebalance(): Promise<void> {
    const guest = this.line.pipeline()
    // Removed again in any case: a broker may be killed in between.
    await guest.ready().catch(() => undefined)
    guest.kill('SIGTERM')
    await guest.exit()
  }
}
