import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { kafkaTools } from './kafka-tools'

export interface ReadFact {
  readonly partition: number
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
}

/** Longest without a further record until the reader takes it for the end. */
const QUIET_MS = 8_000

/**
 * Reads a topic to its end with Kafka's own Java consumer at read_committed: the referee is not our client. Rejects when
 * that takes longer than the deadline.
 */
export async function eachWithJava(
  brokers: readonly string[],
  topic: string,
  onFact: (fact: ReadFact) => void,
  deadlineMs = 300_000,
): Promise<void> {
  const { java, classPath } = await kafkaTools()
  const properties = ['key', 'partition', 'headers'].map((name) => `print.${name}=true`)
  const args = [
    '-cp',
    classPath,
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    '--bootstrap-server',
    brokers.join(','),
    '--topic',
    topic,
    '--from-beginning',
    '--isolation-level',
    'read_committed',
    '--timeout-ms',
    String(QUIET_MS),
    ...[...properties, 'print.value=false'].flatMap((property) => [
      '--formatter-property',
      property,
    ]),
  ]
  const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: deadlineMs })
  const ended = once(child, 'close') as Promise<[number | null]>
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('Partition:')) onFact(parse(line))
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`Kafka's console consumer ended with ${code ?? 'a signal'}`)
}

/** All of a topic, as `eachWithJava` reads it. */
export async function readWithJava(
  brokers: readonly string[],
  topic: string,
): Promise<readonly ReadFact[]> {
  const facts: ReadFact[] = []
  await eachWithJava(brokers, topic, (fact) => facts.push(fact))
  return facts
}

/** `Partition:3 \t ce_id:x,ce_type:y \t 42` */
function parse(line: string): ReadFact {
  const [partition = '', headers = '', key = ''] = line.split('\t')
  const pairs = headers.split(',').map((pair): [string, string] => {
    const at = pair.indexOf(':')
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  return {
    partition: Number(partition.slice('Partition:'.length)),
    key,
    headers: Object.fromEntries(pairs),
  }
}
