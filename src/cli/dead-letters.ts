import { Command } from 'commander'
import { deadLetterQueue } from '../app'
import { colors as pc } from '../colors'
import { loadConfig } from '../config'
import { FactsError } from '../errors'
import type { DeadLetter, DeadLetterQueue, WaitingKey } from '../runtime/dead-letter-queue'

/** How long a replay waits for the pipeline to take it in. */
const TAKEN_DEADLINE_MS = 30_000
const POLL_MS = 250
/** Longest value that is shown without --full. */
const SHOWN_BYTES = 400

interface Selection {
  readonly key?: string
  readonly all?: boolean
  readonly offset?: string
  readonly full?: boolean
}

/** `facts dead-letters`: what could not become a fact, and what waits behind it. */
export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description(
    'Changes that could not become facts. A key waits behind its first dead letter, so that its order is kept, until it is replayed.',
  )
  command
    .command('list')
    .description('The keys that wait, since when and why.')
    .action(() => withQueue(list))
  command
    .command('show')
    .description('The dead letters of one key, in order, with their causes.')
    .requiredOption('--key <key>', 'the record key as list prints it')
    .option('--full', 'values whole')
    .action((options: Selection) => withQueue((queue) => show(queue, options)))
  command
    .command('replay')
    .description('After the cause was mended: takes the dead letters in again, in order.')
    .option('--key <key>', 'one key')
    .option('--all', 'every key that waits')
    .action((options: Selection) => withQueue((queue) => replay(queue, options)))
  command
    .command('drop')
    .description('Leaves one dead letter out for good, and replays the rest of its key.')
    .requiredOption('--key <key>', 'the record key as list prints it')
    .requiredOption('--offset <offset>', 'offset in the input, as show prints it; "all" for all')
    .action((options: Selection) => withQueue((queue) => drop(queue, options)))
  return command
}

async function withQueue(work: (queue: DeadLetterQueue) => Promise<number>): Promise<void> {
  const { queue, close } = deadLetterQueue(loadConfig())
  try {
    process.exitCode = await work(queue)
  } finally {
    await close()
  }
}

async function list(queue: DeadLetterQueue): Promise<number> {
  const waiting = await queue.waiting()
  for (const { source, processor, key, parked, letters } of waiting) {
    const first = letters.find(({ code }) => code !== 'KEY_PARKED')
    console.log(
      `${pc.bold(key.toString())}  ${processor}  ${parked.count} waiting since ${source.topic} offset ${parked.offset}  ${pc.red(parked.code)}  ${first?.message ?? ''}`,
    )
  }
  const keyless = await queue.keyless()
  console.log(
    `${count(waiting.length, 'key')} waiting${keyless.length === 0 ? '' : `; ${count(keyless.length, 'dead letter')} without a key, which nothing waits for`}`,
  )
  return 0
}

async function show(queue: DeadLetterQueue, options: Selection): Promise<number> {
  for (const { letters } of await selected(queue, options)) {
    for (const letter of letters) print(letter, options.full === true)
  }
  return 0
}

function print({ code, message, record }: DeadLetter, full: boolean): void {
  const { topic, partition, offset, value } = record
  console.log(`${pc.bold(`${topic}/${partition}@${offset.toString()}`)}  ${pc.red(code)}`)
  console.log(`  ${message}`)
  const text = value?.toString() ?? 'null'
  console.log(`  ${full || text.length <= SHOWN_BYTES ? text : `${text.slice(0, SHOWN_BYTES)}…`}`)
}

async function replay(queue: DeadLetterQueue, options: Selection): Promise<number> {
  let failed = 0
  for (const waiting of await selected(queue, options)) {
    await queue.replay(waiting)
    if (!(await reported(queue, waiting))) failed += 1
  }
  return failed === 0 ? 0 : 1
}

async function drop(queue: DeadLetterQueue, options: Selection): Promise<number> {
  const [waiting] = await selected(queue, options)
  if (waiting === undefined) return 1
  const offsets = waiting.letters.map(({ record }) => record.offset)
  const leaveOut = offsets.filter(
    (offset) => options.offset === 'all' || offset.toString() === options.offset,
  )
  if (leaveOut.length === 0) {
    throw new FactsError(
      'DEAD_LETTER_UNKNOWN',
      `No dead letter of this key has the input offset ${options.offset ?? ''}; there are ${offsets.join(', ')}.`,
    )
  }
  await queue.replay(waiting, new Set(leaveOut))
  return (await reported(queue, waiting)) ? 0 : 1
}

/** Waits until the pipeline has taken the replay in and says what came of it; false when the key still waits. */
async function reported(queue: DeadLetterQueue, waiting: WaitingKey): Promise<boolean> {
  const key = pc.bold(waiting.key.toString())
  const until = Date.now() + TAKEN_DEADLINE_MS
  while (Date.now() < until) {
    const outcome = await queue.outcome(waiting)
    if (outcome === 'goes on') {
      console.log(`${key}  goes on: ${count(waiting.letters.length, 'change')} taken in`)
      return true
    }
    if (outcome !== undefined) {
      const cause = outcome.letters.find(({ code }) => code !== 'KEY_PARKED')
      console.log(
        `${key}  still waits with ${count(outcome.parked.count, 'change')}: ${cause === undefined ? 'others came meanwhile, replay it again' : `${pc.red(cause.code)} ${cause.message}`}`,
      )
      return false
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  console.log(`${key}  was handed over; the pipeline takes it in when it runs`)
  return false
}

async function selected(
  queue: DeadLetterQueue,
  { key, all }: Selection,
): Promise<readonly WaitingKey[]> {
  if (key === undefined && all !== true) {
    throw new FactsError('CONFIG_INVALID', 'Say which: --key <key>, or --all.')
  }
  const waiting = await queue.waiting()
  const found = waiting.filter((one) => all === true || one.key.toString() === key)
  if (found.length === 0 && all !== true) {
    throw new FactsError(
      'DEAD_LETTER_UNKNOWN',
      `No key ${key ?? ''} waits. "facts dead-letters list" shows those that do, as they are to be written here.`,
    )
  }
  return found
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
