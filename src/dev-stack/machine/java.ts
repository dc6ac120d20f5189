import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { StackSettings } from '../../config/config'
import { FactsError } from '../../errors'

/** Apicurio Registry 3.0 and Kafka 4 brokers need 17. */
const MINIMUM_JAVA = 17

export interface Java {
  readonly command: string
  readonly version: number
}

/**
 * The first Java that is new enough: JAVA_HOME, then the search path, then what macOS has installed. Throws FactsError
 * PREREQUISITE_MISSING that names what was found and how to get a Java.
 */
export async function findJava(settings: StackSettings): Promise<Java> {
  const seen: string[] = []
  for (const command of await candidates(settings)) {
    const version = await javaVersion(command)
    if (version !== undefined && version >= MINIMUM_JAVA) return { command, version }
    seen.push(`${command} is ${version === undefined ? 'not a working Java' : `Java ${version}`}`)
  }
  const found = seen.length === 0 ? 'none was found in JAVA_HOME or PATH' : seen.join(', ')
  throw new FactsError(
    'PREREQUISITE_MISSING',
    `The local stack needs Java ${MINIMUM_JAVA} or newer; ${found}. Install one (Debian/Ubuntu: apt-get install openjdk-17-jre-headless; Fedora: dnf install java-21-openjdk-headless; macOS: brew install openjdk@21) or set JAVA_HOME to one.`,
  )
}

async function candidates({ javaHome, path }: StackSettings): Promise<readonly string[]> {
  const folders = [
    ...(javaHome === undefined || javaHome === '' ? [] : [join(javaHome, 'bin')]),
    ...path.split(delimiter).filter((folder) => folder !== ''),
  ]
  if (process.platform === 'darwin') {
    // /usr/bin/java is a stub there, which asks to install a Java when there is none.
    const home = await run('/usr/libexec/java_home', ['-v', `${MINIMUM_JAVA}+`])
    if (home !== undefined) folders.push(join(home.stdout.trim(), 'bin'))
  }
  return [...new Set(folders.map((folder) => join(folder, 'java')))].filter((file) =>
    existsSync(file),
  )
}

/** Major version, undefined when it does not run. Java 8 and older call themselves 1.x. */
async function javaVersion(command: string): Promise<number | undefined> {
  const output = await run(command, ['-version'])
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output?.stderr ?? '') ?? []
  if (first === undefined) return undefined
  return Number(first === '1' && second !== undefined ? second : first)
}

async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string } | undefined> {
  try {
    return await promisify(execFile)(command, [...args], { timeout: 15_000 })
  } catch {
    return undefined
  }
}
