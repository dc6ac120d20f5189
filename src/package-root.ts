import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of this package: the nearest above this file that has a package.json. */
export function packageRoot(): string {
  let folder = __dirname
  while (!existsSync(join(folder, 'package.json'))) folder = resolve(folder, '..')
  return folder
}
