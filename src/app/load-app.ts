import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import { createJiti } from 'jiti'
import { APP_FILES, appFile } from '../config/app-file'
import { FactsError } from '../errors'
import type { App } from './define-app'
import { isApp } from './define-app'

/** An application and the folder that its paths are relative to. */
export interface LoadedApp extends App {
  readonly folder: string
}

/** What an application imports is this package, so that both have the same classes, wherever the application is. */
const OWN: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['pgfacts', 'index'],
    ...['testing', 'client', 'protobuf'].map((name) => [`pgfacts/${name}`, join(name, 'index')]),
  ].map(([name = '', path = '']) => [name, join(dirname(__dirname), path)]),
)

/**
 * The application that `file` declares; default the one that `--config` names, or the nearest. Throws FactsError CONFIG_INVALID with
 * what to do when there is none, when it cannot be loaded, or does not export an application.
 */
export async function loadApp(file: string | undefined = appFile()): Promise<LoadedApp> {
  if (file === undefined) {
    throw new FactsError(
      'CONFIG_INVALID',
      `There is no application here: neither ${process.cwd()} nor a folder above has ${APP_FILES[0] ?? ''} (or ${APP_FILES.slice(1).join(', ')}). Run the command in the folder of your application, or pass --config <path>.`,
    )
  }
  if (!existsSync(file)) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The application ${file} does not exist. Correct --config.`,
    )
  }
  const exported = await load(file)
  // Of a CommonJS module, the default is what it exports.
  const app = [exported, exported.default ?? {}]
    .flatMap((one) => [one, one.default, one.app])
    .find(isApp)
  if (app === undefined) {
    throw new FactsError(
      'CONFIG_INVALID',
      `${file} exports no application. It needs: import { defineApp } from "pgfacts"; export default defineApp({ name, facts, schemas }).`,
    )
  }
  return { ...app, folder: dirname(file) }
}

interface Exports {
  readonly default?: Exports
  readonly app?: unknown
}

async function load(file: string): Promise<Exports> {
  // What TypeScript was turned into is kept per user: with the compiler, every command would take half a second longer to start.
  const fsCache = join(envPaths('facts', { suffix: '' }).cache, 'applications')
  const jiti = createJiti(__filename, { alias: OWN, fsCache })
  try {
    return await jiti.import(file)
  } catch (cause) {
    // A declaration that contradicts itself says so.
    if (cause instanceof FactsError) throw cause
    const { message } = cause as Error
    throw new FactsError('CONFIG_INVALID', `${file} cannot be loaded: ${message.trim()}`, { cause })
  }
}
