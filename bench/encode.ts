import { cpus } from 'node:os'
import { FieldWriter } from '../src/protobuf/message/field-writer'
import { wildapp } from '../src/wildapp/gen/messages'
import { primarySample } from './primary-sample'

/**
 * `tsx bench/encode.ts`: microseconds to encode one Primary fact with header, Secondary and Tertiary, and to decode it.
 * Medians of several rounds; garbage collection included.
 */
const { Primary } = wildapp.primary.v1
const FACTS = 1024
const ROUNDS = 15
const PER_ROUND = 200_000

function measure(name: string, work: (index: number) => number): void {
  const rounds: number[] = []
  let sink = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage()
    for (let index = 0; index < PER_ROUND; index++) sink += work(index & (FACTS - 1))
    const { user, system } = process.cpuUsage(start)
    rounds.push((user + system) / PER_ROUND)
  }
  rounds.sort((a, b) => a - b)
  const median = rounds[ROUNDS >> 1] as number
  console.log(
    `${name.padEnd(40)} ${median.toFixed(3)} µs (best ${(rounds[0] as number).toFixed(3)}), ${Math.round(sink / ROUNDS / PER_ROUND)} bytes`,
  )
}

const samples = Array.from({ length: FACTS }, (_, index) => primarySample(index))
const writer = new FieldWriter()
const prefix = Buffer.from([0, 0, 0, 0, 7, 0])
const encoded = samples.map((one) => Buffer.from(Primary.encode(one, writer).finish()))

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}`)
measure(
  'encode, framed',
  (index) => Primary.encode(samples[index] as never, writer.raw(prefix)).finish().length,
)
measure(
  'decode',
  (index) => (Primary.decode(encoded[index] as Buffer), (encoded[index] as Buffer).length),
)
measure('JSON.stringify, for scale', (index) => JSON.stringify(samples[index], bigints).length)

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
