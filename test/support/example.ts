import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')

/** Files of the numbered examples, in their order. */
export const EXAMPLES: readonly string[] = readdirSync(join(ROOT, 'examples'))
  .filter((name) => /^\d\d-.+\.ts$/.test(name))
  .sort()

/** What the README of the examples shows that an example prints; undefined when it shows none. */
export function shownOutput(example: string): string | undefined {
  const readme = readFileSync(join(ROOT, 'examples', 'README.md'), 'utf8')
  const command = `npm run --silent example examples/${example}`
  const blocks = [...readme.matchAll(/```console\n\$ (.+)\n([^]*?)```/g)]
  return blocks.find(([, ran = '']) => ran.endsWith(command))?.[2]
}

export interface ExampleRun {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs an example as its command does, with these variables besides those of this process. */
export function runExample(
  example: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ExampleRun> {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly example: string }
  }
  const [, ...args] = scripts.example.split(' ')
  const child = spawn(process.execPath, [...args, `examples/${example}`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output, errors }))
  })
}
