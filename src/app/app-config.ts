import type { Config, LoadConfigOptions } from '../config/config'
import { loadConfig } from '../config/config'
import type { LoadedApp } from './load-app'
import { loadApp } from './load-app'

/** The configuration of an application, and what it declares. */
export interface AppConfig extends Config {
  readonly app: LoadedApp
}

/** The configuration with the application's own defaults. Throws FactsError CONFIG_INVALID. */
export function configOf(
  app: LoadedApp,
  options: Omit<LoadConfigOptions, 'defaults' | 'folder'> = {},
): AppConfig {
  const { name, folder, defaults } = app
  const own = {
    ...defaults,
    pipeline: { applicationId: name, ...defaults['pipeline'] },
    database: {
      url: `postgres://${name}:${name}@localhost:5432/${name}`,
      ...defaults['database'],
    },
  }
  return { ...loadConfig({ ...options, folder, defaults: own }), app }
}

/** The same of the application that `--config` names, or the nearest. Throws FactsError CONFIG_INVALID. */
export async function appConfig(
  options: Omit<LoadConfigOptions, 'defaults' | 'folder'> = {},
): Promise<AppConfig> {
  return configOf(await loadApp(), options)
}
