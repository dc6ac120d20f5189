import { spawnSync } from 'node:child_process'
import { garbageCollection } from '../../../src/cli/run/garbage-collection'

const NO_HELPERS = '--single-threaded-gc'

test.each([
  [2, 2],
  [3, 2],
])('%i workers on %i cores collect garbage without helper threads', (workers, cores) => {
  expect(garbageCollection(workers, cores)).toContain(NO_HELPERS)
})

test('workers that have cores to spare collect garbage with helper threads', () => {
  expect(garbageCollection(2, 3)).not.toContain(NO_HELPERS)
})

test('Node.js takes the options', () => {
  const { status, stderr } = spawnSync(process.execPath, [...garbageCollection(2, 2), '--eval', ''])
  expect([status, stderr.toString()]).toEqual([0, ''])
})
