import { dirname, join } from 'node:path'
import application from '../../facts.config'
import type { AppConfig } from '../../src/app/app-config'
import { configOf } from '../../src/app/app-config'
import type { LoadedApp } from '../../src/app/load-app'
import type { LoadConfigOptions } from '../../src/config/config'

/** The sample application, as the command line loads it. */
export const sampleApp: LoadedApp = {
  ...application,
  folder: join(dirname(__dirname), '..'),
}

/** Its configuration. */
export const sampleConfig = (options: LoadConfigOptions = {}): AppConfig =>
  configOf(sampleApp, options)
