import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileIdentity } from '../../src/lmdb/file-identity'
import { temporaryFolder } from '../support/temporary-folder'

const temporary = temporaryFolder()

function madeFile(): { readonly file: string; readonly identity: FileIdentity } {
  mkdirSync(join(temporary.path, 'folder'))
  const file = join(temporary.path, 'folder', 'data')
  writeFileSync(file, 'one')
  return { file, identity: new FileIdentity(file) }
}

test('a file that is written to is the same', () => {
  const { file, identity } = madeFile()
  writeFileSync(file, 'two')
  expect(identity.isThere()).toBe(true)
})

test('a file whose folder was deleted is gone', () => {
  const { identity } = madeFile()
  rmSync(join(temporary.path, 'folder'), { recursive: true })
  expect(identity.isThere()).toBe(false)
})

test('a file that another one was put in the place of is gone', () => {
  const { file, identity } = madeFile()
  writeFileSync(`${file}.new`, 'one')
  renameSync(`${file}.new`, file)
  expect(identity.isThere()).toBe(false)
})

test('a file in the place of its folder is none', () => {
  const { identity } = madeFile()
  rmSync(join(temporary.path, 'folder'), { recursive: true })
  writeFileSync(join(temporary.path, 'folder'), '')
  expect(identity.isThere()).toBe(false)
})
