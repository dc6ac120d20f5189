import { execFile } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly nodes: readonly string[]
  readonly java: string
  readonly versions: Readonly<Record<string, string>>
  /** Load averages when it began: something else may have used the machine. */
  readonly loadBefore: number
}

export async function describeMachine(
  nodes: readonly string[],
  java: string,
  loadBefore: number,
): Promise<Machine> {
  const { stderr } = await promisify(execFile)(java, ['-version'])
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    nodes,
    java: /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown',
    versions: { kafka: '4.3.1', kafkaStreams: '4.3.1', debezium: '3.7.0.Final', postgres: '18' },
    loadBefore,
  }
}
