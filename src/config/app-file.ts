import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Names of the file that declares the application, the first that exists counts. */
export const APP_FILES: readonly string[] = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map(
  (extension) => `facts.config.${extension}`,
)

let chosen: string | undefined

/** Makes `path` the application of this process, instead of the nearest: `--config` of the command line. */
export function chooseAppFile(path: string): void {
  chosen = resolve(path)
}

/** The file that declares the application: the chosen one, or facts.config.* in this folder or the nearest above. */
export function appFile(from: string = process.cwd()): string | undefined {
  if (chosen !== undefined) return chosen
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = APP_FILES.map((name) => join(folder, name)).find((path) => existsSync(path))
    if (found !== undefined) return found
    if (folder === dirname(folder)) return undefined
  }
}

/** Folder of the application, where facts.yaml, the stack's data and relative paths are; without one the working folder. */
export function appFolder(): string {
  const file = appFile()
  return file === undefined ? process.cwd() : dirname(file)
}
