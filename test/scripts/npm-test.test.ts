import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../support/source-files'

const FILE = 'test/scripts/npm-test.test.ts'

/** The files that the command of `npm test` runs when it is followed by the arguments. */
function filesOf(...args: readonly string[]): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly test: string }
  }
  const [jest, ...own] = scripts.test.split(' ')
  expect(jest).toBe('jest')
  const command = [require.resolve('jest/bin/jest'), ...own, ...args, '--listTests']
  return execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.endsWith('.test.ts'))
    .map((file) => relative(root, file))
}

test('npm test runs the file that it is given, and no other', () => {
  expect(filesOf(FILE)).toEqual([FILE])
})
