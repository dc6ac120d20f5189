import { randomInt } from 'node:crypto'
import { connectClient } from '../../src/connect/connect-client'
import { supervise } from '../../src/connect/supervise'
import type { PipelineProcess } from '../support/pipeline-process'
import { RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'

export const FAULTS = ['pipeline', 'zombie', 'connect', 'kafka', 'postgres'] as const
export type Fault = (typeof FAULTS)[number]

/** Longer than the session timeout of the pipelines, which is 6 s. */
const FROZEN_MS = 8_000
const INSTANCES = ['one', 'two']

/** The whole line with two pipelines, and what may happen to it. */
export class FaultLine {
  readonly counts: Record<Fault, number> = {
    ...{ pipeline: 0, zombie: 0, connect: 0, kafka: 0, postgres: 0 },
  }
  private readonly pipelines = new Map<string, PipelineProcess>()
  private readonly ending = new AbortController()
  private supervision: Promise<void> = Promise.resolve()

  private constructor(readonly line: RunningLine) {}

  static async start(): Promise<FaultLine> {
    const line = await RunningLine.start({
      // Seldom enough that a killed worker sends again, often enough that it goes on where it was.
      settings: { connect: { 'offset.flush.interval.ms': '3000' } },
    })
    const faultLine = new FaultLine(line)
    for (const name of INSTANCES) faultLine.startPipeline(name)
    faultLine.supervision = supervise({
      client: connectClient(line.config.connect.url),
      name: 'monolith',
      signal: faultLine.ending.signal,
      say: () => undefined,
      ...{ intervalMs: 1_000, patience: 1_000 },
    })
    return faultLine
  }

  async inject(fault: Fault): Promise<void> {
    this.counts[fault] += 1
    if (fault === 'pipeline') await this.killPipeline()
    else if (fault === 'zombie') await this.freezePipeline()
    else {
      await this.line.stack.kill(fault)
      // PostgreSQL's processes notice that the first of them is gone a moment later, and hold its memory until then.
      await waitFor(
        `${fault} to start again`,
        () =>
          this.line.stack.startAgain(fault).then(
            () => true,
            () => false,
          ),
        120_000,
      )
    }
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.supervision.catch(() => undefined)
    await this.line.stop()
  }

  private startPipeline(name: string): void {
    this.pipelines.set(name, this.line.pipeline({ FACTS_PIPELINE_INSTANCE_ID: name }))
  }

  private async killPipeline(): Promise<void> {
    const name = INSTANCES[randomInt(0, INSTANCES.length)] ?? ''
    const pipeline = this.pipelines.get(name)
    pipeline?.kill('SIGKILL')
    await pipeline?.exit()
    this.startPipeline(name)
  }

  /** It believes for a while that it still owns what the other has taken over. */
  private async freezePipeline(): Promise<void> {
    const pipeline = this.pipelines.get(INSTANCES[randomInt(0, INSTANCES.length)] ?? '')
    pipeline?.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, FROZEN_MS))
    pipeline?.kill('SIGCONT')
  }
}
