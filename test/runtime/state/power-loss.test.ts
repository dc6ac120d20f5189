import { LmdbBackend } from '../../../src/runtime/state/lmdb-backend'
import type { TaskDatabase } from '../../../src/runtime/state/state-backend'
import { createLogger } from '../../../src/telemetry'
import { temporaryFolder } from '../../support/temporary-folder'

/*
 * The copy is written without fsync: the system has what a killed process wrote, and a machine that went down has lost it.
 */
const temporary = temporaryFolder()
const logger = createLogger({ level: 'silent', format: 'json' })
const STORE = 'rows'

let opened: TaskDatabase[]
beforeEach(() => {
  opened = []
})
afterEach(() => {
  for (const database of opened) database.close()
})

function openIn(boot: string): TaskDatabase {
  const database = new LmdbBackend(temporary.path, logger, boot).open('task', [STORE])
  opened.push(database)
  return database
}

function written(boot: string): TaskDatabase {
  const database = openIn(boot)
  const checkpoint = { origin: 'origin', offset: 7n, at: 0 }
  database.apply(STORE, new Map([['a', Buffer.from('1')]]), checkpoint)
  return database
}

test('what a killed process left is used by the next one of the same start of the machine', () => {
  written('boot 1')
  expect(openIn('boot 1').checkpoint(STORE)?.offset).toBe(7n)
})

test('what was open when the machine went down is not used', () => {
  written('boot 1')
  const database = openIn('boot 2')
  expect(database.checkpoint(STORE)).toBeUndefined()
  expect([...database.entries(STORE)]).toEqual([])
})

test('what was closed before is used after the machine has started again', () => {
  written('boot 1').close()
  opened = []
  expect(openIn('boot 2').checkpoint(STORE)?.offset).toBe(7n)
})

test('where the system does not report its starts, only closed copies are used', () => {
  written('')
  expect(openIn('').checkpoint(STORE)).toBeUndefined()
})

test('a process that is believed dead does not mark as closed what another has open', () => {
  const zombie = written('boot 1')
  openIn('boot 1')
  zombie.close()
  opened = opened.slice(1)
  expect(openIn('boot 2').checkpoint(STORE)).toBeUndefined()
})
