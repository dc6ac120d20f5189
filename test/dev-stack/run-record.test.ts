import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../../src/dev-stack/process/process-identity'
import { endLeftovers, readRunRecord, writeRunRecord } from '../../src/dev-stack/run-record'
import { endSleepers, startSleeper } from '../support/sleeper'
import { temporaryFolder } from '../support/temporary-folder'

const folder = temporaryFolder()
const path = (): string => join(folder.path, 'run.json')

afterEach(endSleepers)

test('leftovers of a killed run are ended by their record', async () => {
  const sleeper = await startSleeper()
  writeRunRecord(path(), { kafka: sleeper })
  expect(await endLeftovers(readRunRecord(path()))).toEqual(['kafka'])
  expect(isAlive(sleeper)).toBe(false)
})

test('leftovers of further Kafka nodes are ended and named too', async () => {
  const sleeper = await startSleeper()
  writeRunRecord(path(), { 'kafka-2': sleeper })
  expect(await endLeftovers(readRunRecord(path()))).toEqual(['kafka-2'])
  expect(isAlive(sleeper)).toBe(false)
})

test('leftovers that ignore the polite signal are killed', async () => {
  const sleeper = await startSleeper(true)
  expect(await endLeftovers({ postgres: sleeper }, 100)).toEqual(['postgres'])
  expect(isAlive(sleeper)).toBe(false)
})

test('a stranger that got a recorded number later is left alone', async () => {
  const stranger = await startSleeper()
  expect(await endLeftovers({ kafka: { ...stranger, started: 'earlier' } })).toEqual([])
  expect(isAlive(stranger)).toBe(true)
})

test.each(['', '{', '[]', '{"kafka": {"pid": "1"}}', '{"other": {"pid": 1, "started": "x"}}'])(
  'a damaged record (%s) names no process',
  (content) => {
    writeFileSync(path(), content)
    expect(readRunRecord(path())).toEqual({})
  },
)
