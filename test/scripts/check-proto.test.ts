import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkProto } from '../../scripts/check/check-proto'
import { temporaryFolder } from '../support/temporary-folder'

jest.setTimeout(30_000)

const ROOT = join(__dirname, '..', '..')
const FILE = 'proto/wildapp/primary/v1/primary.proto'
const BREAK = ['string code = 3;', 'string code = 33;'] as const
const ADDITION = ['string code = 3;', 'string code = 3;\n  string extra = 9;'] as const

describe('checking the proto files', () => {
  const folder = temporaryFolder()
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    })
  const check = (against?: string): { status: number; output: string } => {
    const lines: string[] = []
    const status = checkProto(folder.path, against, (line) => lines.push(line))
    return { status, output: lines.join('\n') }
  }
  const edit = ([before, after]: readonly [string, string]): void => {
    const path = join(folder.path, FILE)
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
  }
  const commit = (message: string): void => {
    git('add', 'proto', 'buf.yaml')
    git('commit', '-q', '--allow-empty', '-m', message)
  }

  beforeEach(() => {
    for (const part of ['proto', 'buf.yaml'])
      cpSync(join(ROOT, part), join(folder.path, part), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
    git('init', '-q', '-b', 'main')
    commit('first')
  })

  test('passes when only something was added, and says what it compared with', () => {
    git('checkout', '-q', '-b', 'work')
    edit(ADDITION)
    commit('add a field')
    expect(check()).toEqual({
      status: 0,
      output: expect.stringContaining('where this branch left refs/heads/main') as string,
    })
  })

  test('fails on a branch that breaks what main has', () => {
    git('checkout', '-q', '-b', 'work')
    edit(BREAK)
    commit('break')
    commit('something else')
    const { status, output } = check()
    expect(status).toBe(1)
    expect(output).toContain('field "3" with name "code"')
  })

  test('fails on main when its last change of proto broke something, with any later commits', () => {
    edit(BREAK)
    commit('break')
    commit('something else')
    expect(check()).toMatchObject({
      status: 1,
      output: expect.stringContaining('proto before its last change') as string,
    })
  })

  test('fails on a break that is not committed', () => {
    edit(BREAK)
    expect(check().status).toBe(1)
  })

  test('says so when the clone is too shallow to compare with anything but itself', () => {
    expect(check()).toMatchObject({
      status: 0,
      output: expect.stringContaining('HEAD itself') as string,
    })
  })

  test('fails on what buf lint complains about', () => {
    edit(['string code = 3;', 'string Code = 3;'])
    const { status, output } = check()
    expect(status).toBe(1)
    expect(output).toContain('lower_snake_case')
  })

  test('compares with the commit it is given, and not with one that is not there', () => {
    edit(BREAK)
    commit('break')
    expect(check('HEAD~1').status).toBe(1)
    expect(check('HEAD').status).toBe(0)
    expect(check('nowhere').status).toBe(2)
  })

  test('does not pass outside a git clone', () => {
    rmSync(join(folder.path, '.git'), { recursive: true })
    expect(check().status).toBe(2)
  })
})
