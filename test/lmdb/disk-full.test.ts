import { explainWrite } from '../../src/lmdb/disk-full'
import { FactsError } from '../../src/errors'
import { temporaryFolder } from '../support/temporary-folder'

const temporary = temporaryFolder()
const SETTING = 'FACTS_PIPELINE_STATE_DIR'
const lmdb = new Error('Input/output error')

test('an input/output error on a disk without room names disk, folder and what to do', () => {
  const known = explainWrite(lmdb, temporary.path, SETTING, () => 4_096) as FactsError
  expect(known).toMatchObject({ code: 'DISK_FULL', remedy: 'halt', cause: lmdb })
  expect(known.message).toMatch(/^The disk \S+ .*is full \(4 kB left\)/)
  expect(known.message).toContain(temporary.path)
  expect(known.message).toContain(SETTING)
})

test.each([
  'ENOSPC: write',
  'No space left on device',
  'MDB_MAP_FULL: Environment mapsize limit reached',
  'EDQUOT: disk quota exceeded, write',
])('what says itself that there is no space is believed: %s', (message) => {
  expect(explainWrite(new Error(message), temporary.path, SETTING, () => 1e12)).toMatchObject({
    code: 'DISK_FULL',
  })
})

test('other errors of a disk with room stay what they are', () => {
  expect(explainWrite(lmdb, temporary.path, SETTING, () => 1e12)).toBe(lmdb)
  const known = new FactsError('STATE_CORRUPT', 'damaged')
  expect(explainWrite(known, temporary.path, SETTING, () => 0)).toBe(known)
})
