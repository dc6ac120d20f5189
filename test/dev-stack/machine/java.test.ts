import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findJava } from '../../../src/dev-stack/machine/java'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()

/** A program that answers `java -version` as this version does; returns its bin folder. */
function fakeJava(version: string): string {
  const bin = join(folder.path, version, 'bin')
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\n`
  writeFileSync(join(bin, 'java'), script, { mode: 0o755 })
  return bin
}

const settings = (path: string, javaHome?: string): Parameters<typeof findJava>[0] => ({
  cache: undefined,
  mavenRepository: undefined,
  javaHome,
  path,
})

test.each([
  ['17.0.15', 17],
  ['21', 21],
  ['25-ea', 25],
])('Java %s is version %i', async (version, expected) => {
  await expect(findJava(settings(fakeJava(version)))).resolves.toMatchObject({ version: expected })
})

test('JAVA_HOME comes before the search path', async () => {
  const bin = fakeJava('21.0.1')
  const java = await findJava(settings(fakeJava('17.0.1'), join(bin, '..')))
  expect(java.version).toBe(21)
})

test('a JAVA_HOME that is too old gives way to a newer Java on the search path', async () => {
  const old = fakeJava('11.0.2')
  const java = await findJava(settings(fakeJava('17.0.1'), join(old, '..')))
  expect(java.version).toBe(17)
})

test.each([
  ['1.8.0_392', /is Java 8/],
  ['11.0.2', /is Java 11/],
])('only Java %s says which was found and how to get a newer one', async (version, found) => {
  const search = findJava(settings(fakeJava(version)))
  await expect(search).rejects.toMatchObject({ code: 'PREREQUISITE_MISSING' })
  await expect(search).rejects.toThrow(found)
  await expect(search).rejects.toThrow(/apt-get install.*JAVA_HOME/)
})

test('no Java at all says so', async () => {
  await expect(findJava(settings(folder.path))).rejects.toThrow(/none was found/)
})
