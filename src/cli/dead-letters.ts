import { Command } from 'commander'
import { deadLetterQueue } from '../compose/dead-letters'
import { colors as pc } from '../colors'
import { appConfig } from '../app/app-config'
import { FactsError } from '../errors'
import type { DeadLetterQueue } from '../runtime/dead-letters/dead-letter-queue'
import type { DeadLetter, WaitingKey } from '../runtime/dead-letters/waiting-key'
import { count } from './dead-letters/count'
import { replayKeys } from './dead-letters/replay-keys'
import { withRights } from './rights/demand-rights'

/** Longest value that is shown without --full. */
const SHOWN_BYTES = 400

interface Selection {
  readonly key?: string
  readonly all?: boolean
  readonly offset?: string
  readonly full?: boolean
}

/** `facts dead-letters`: changes that could not become facts, and the later changes of their keys. */
export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description(
    'Changes that could not become facts. After its first dead letter a key is parked until that is replayed, so that the order of its changes is kept.',
  )
  command
    .command('list')
    .description('The parked keys, since when and why.')
    .action(() => withQueue('list', list))
  command
    .command('show')
    .description('The dead letters of one key, in order, with their causes.')
    .requiredOption('--key <key>', 'the record key as list prints it')
    .option('--full', 'print complete values')
    .action((options: Selection) =>
      withQueue(options.full === true ? 'show --full' : 'list', (queue) => show(queue, options)),
    )
  command
    .command('replay')
    .description('After the cause was fixed: process the dead letters again, in order.')
    .option('--key <key>', 'one key')
    .option('--all', 'every parked key')
    .action((options: Selection) => withQueue('replay', (queue) => replay(queue, options)))
  command
    .command('drop')
    .description('Skip one dead letter permanently, and replay the rest of its key.')
    .requiredOption('--key <key>', 'the record key as list prints it')
    .requiredOption(
      '--offset <offset>',
      'offset in the input topic, as show prints it; "all" for all',
    )
    .action((options: Selection) => withQueue('drop', (queue) => drop(queue, options)))
  return command
}

async function withQueue(
  verb: 'list' | 'show --full' | 'replay' | 'drop',
  work: (queue: DeadLetterQueue) => Promise<number>,
): Promise<void> {
  const config = await appConfig()
  await withRights(config, `dead-letters ${verb}`, async () => {
    const { queue, close } = deadLetterQueue(config)
    try {
      process.exitCode = await work(queue)
    } finally {
      await close()
    }
  })
}

async function list(queue: DeadLetterQueue): Promise<number> {
  const { waiting, keyless } = await queue.overview()
  for (const { source, processor, key, parked, letters } of waiting) {
    const first = letters.find(({ code }) => code !== 'KEY_PARKED')
    const missing = parked.count - letters.length
    const lost = missing > 0 ? pc.red(`  ${count(missing, 'dead letter')} lost`) : ''
    console.log(
      `${pc.bold(key.toString())}  ${processor}  ${count(parked.count, 'change')} parked since ${source.topic} offset ${parked.offset}  ${pc.red(parked.code)}  ${first?.message ?? ''}${lost}`,
    )
  }
  console.log(
    `${count(waiting.length, 'parked key')}${keyless.length === 0 ? '' : `; ${count(keyless.length, 'dead letter')} without a parked key`}`,
  )
  return 0
}

async function show(queue: DeadLetterQueue, options: Selection): Promise<number> {
  for (const { letters } of await selected(queue, options)) {
    for (const letter of letters) print(await shown(queue, letter, options), options)
  }
  return 0
}

/** With --full, a value that is too large for a dead letter is read from the input topic. */
async function shown(
  queue: DeadLetterQueue,
  letter: DeadLetter,
  { full }: Selection,
): Promise<DeadLetter> {
  if (full !== true || letter.record.leftOut === undefined) return letter
  return { ...letter, record: await queue.original(letter) }
}

function print({ code, message, record }: DeadLetter, { full }: Selection): void {
  const { topic, partition, offset, value, leftOut } = record
  console.log(`${pc.bold(`${topic}/${partition}@${offset.toString()}`)}  ${pc.red(code)}`)
  console.log(`  ${message}`)
  const missing = leftOut === undefined ? 'null' : `${leftOut.bytes} bytes, see --full`
  const text = value?.toString() ?? missing
  console.log(
    `  ${full === true || text.length <= SHOWN_BYTES ? text : `${text.slice(0, SHOWN_BYTES)}…`}`,
  )
}

async function replay(queue: DeadLetterQueue, options: Selection): Promise<number> {
  const waiting = await selected(queue, options)
  const requests = waiting.map((one) => ({ waiting: one }))
  return (await replayKeys(queue, requests, { say: console.log })) === 0 ? 0 : 1
}

async function drop(queue: DeadLetterQueue, options: Selection): Promise<number> {
  const waiting = await selected(queue, options)
  const requests = waiting.flatMap((one) => {
    const leaveOut = leftOut(one, options)
    return leaveOut === undefined ? [] : [{ waiting: one, leaveOut }]
  })
  if (requests.length === 0) {
    const offsets = waiting.flatMap(({ letters }) => letters.map(({ record }) => record.offset))
    throw new FactsError(
      'DEAD_LETTER_UNKNOWN',
      `No dead letter of this key has the input offset ${options.offset ?? ''}; there are ${offsets.join(', ')}.`,
    )
  }
  return (await replayKeys(queue, requests, { say: console.log })) === 0 ? 0 : 1
}

/** Undefined when the dead letter is not one of this key's: the key may be parked for two facts of one table. */
function leftOut(
  { letters }: WaitingKey,
  { offset }: Selection,
): ReadonlySet<bigint> | 'all' | undefined {
  if (offset === 'all') return 'all'
  const found = letters.map(({ record }) => record.offset).filter((one) => `${one}` === offset)
  return found.length === 0 ? undefined : new Set(found)
}

async function selected(
  queue: DeadLetterQueue,
  { key, all }: Selection,
): Promise<readonly WaitingKey[]> {
  if (key === undefined && all !== true) {
    throw new FactsError('CONFIG_INVALID', 'Pass --key <key>, or --all.')
  }
  const waiting = await queue.waiting()
  const found = waiting.filter((one) => all === true || one.key.toString() === key)
  if (found.length === 0 && all !== true) {
    throw new FactsError(
      'DEAD_LETTER_UNKNOWN',
      `The key ${key ?? ''} is not parked. "facts dead-letters list" prints the parked keys as --key expects them.`,
    )
  }
  return found
}
