import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import type { Progress } from '../progress'
import { runChild } from './child'

/** No TypeScript, so the compiler leaves it alone. */
const AS_THEY_ARE = [
  join('src', 'gen', 'messages.js'),
  join('src', 'feed', 'http', 'live-page.html'),
  join('src', 'feed', 'http', 'docs-page.html'),
]

/** What the compiled command line reads at run time. */
const ALONGSIDE = ['package.json', 'connectors', join('monolith', 'migrations')]

/** Compiles the project below `home`, as the container image has it, and gives the path of its command line. */
export async function buildPipeline(home: string, progress: Progress): Promise<string> {
  const root = packageRoot()
  const folder = join(home, 'pipeline')
  const dist = join(folder, 'dist')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const main = join(dist, 'src', 'cli', 'main.js')
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', dist]
  try {
    await runChild({ command: process.execPath, args, log: join(home, 'tsc.log') })
  } catch (error) {
    if (!existsSync(main)) throw error
    progress.say('The project has type errors (tsc.log); it is measured as it is')
  }
  for (const file of AS_THEY_ARE) copyFileSync(join(root, file), join(dist, file))
  for (const part of ALONGSIDE) cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
  return main
}
