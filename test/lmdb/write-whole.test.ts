import fs, { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../src/lmdb/write-whole'
import { temporaryFolder } from '../support/temporary-folder'

const temporary = temporaryFolder()

test('the file is replaced, readable for its owner alone, and nothing is left beside it', () => {
  const file = join(temporary.path, 'kept')
  writeWhole(file, 'one')
  writeWhole(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(temporary.path)).toEqual(['kept'])
})

test('what cannot be written leaves the file as it was', () => {
  const file = join(temporary.path, 'kept')
  writeFileSync(file, 'one')
  mkdirSync(`${file}.new`)
  expect(() => writeWhole(file, 'two')).toThrow()
  expect(readFileSync(file, 'utf8')).toBe('one')
})

test('a file is whole also when a single write takes a part of it only', () => {
  const file = join(temporary.path, 'kept')
  const write = fs.writeSync
  const short = jest
    .spyOn(fs, 'writeSync')
    .mockImplementation((handle: number, text: unknown) => write(handle, String(text).slice(0, 1)))
  try {
    writeWhole(file, 'two')
  } finally {
    short.mockRestore()
  }
  expect(readFileSync(file, 'utf8')).toBe('two')
})
