import { partitionFor } from '../../src/topology/partitioner'
import type { Driver } from '../../src/testing/driver'
import { driveTopology } from '../../src/testing/drive-topology'
import { INPUT, OUTPUT, toyTopology } from '../support/toy-topology'

let driver: Driver
afterEach(() => driver.stop())

function write(key: string, value: string): void {
  const bytes = Buffer.from(key)
  driver.write({
    topic: INPUT,
    partition: partitionFor(bytes, 3),
    key: bytes,
    value: Buffer.from(value),
    timestamp: 1n,
    headers: {},
  })
}

const output = async (): Promise<readonly string[]> =>
  (await driver.read(OUTPUT)).map(({ key, value }) => `${String(key)}=${String(value)}`)

test('a topology of processors is driven, with its state', async () => {
  driver = driveTopology(toyTopology())
  write('a', 'count')
  write('a', 'count')
  expect(await output()).toEqual(['a=count#1', 'a=count#2'])
})

test('the dead letters of a topology are read from its own topic', async () => {
  driver = driveTopology(toyTopology())
  write('a', 'bad')
  expect((await driver.deadLetters()).map(({ value }) => String(value))).toEqual(['bad'])
  expect(await output()).toEqual([])
})
