import { join } from 'node:path'
import { examineMachine, requireMachine } from '../../../src/dev-stack/machine/machine'
import type { Machine } from '../../../src/dev-stack/machine/machine'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()

function examine(path: string): Promise<Machine> {
  const settings = { cache: undefined, mavenRepository: undefined, javaHome: undefined, path }
  const home = join(folder.path, 'not', 'there', 'yet')
  return examineMachine({ settings, home, cache: folder.path })
}

test('a machine without Java is refused with what to install', async () => {
  const machine = await examine(folder.path)
  expect(machine.findings.find(({ name }) => name === 'java')).toMatchObject({
    status: 'fail',
    remedy: expect.stringMatching(/^Install one/) as string,
  })
  expect(() => requireMachine(machine)).toThrow(/needs Java 17.*Install one/)
})

test('everything that is missing is reported together', () => {
  const missing = (name: string): Machine['findings'][number] => ({
    name,
    status: 'fail',
    detail: `no ${name}`,
    remedy: `Get ${name}.`,
  })
  expect(() =>
    requireMachine({ findings: [missing('java'), missing('disk')], java: undefined }),
  ).toThrow(/no java\. Get java\.\n {2}no disk\. Get disk\./)
})

test('disk space is looked at where the folder will be', async () => {
  const { findings } = await examine(folder.path)
  expect(findings.filter(({ name }) => name === 'disk')).toHaveLength(2)
})
