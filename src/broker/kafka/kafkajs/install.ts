import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FactsError } from '../../../errors'
import replacements from './replacements.json'

/*
 * Replaces the KafkaJS internals named in replacements.json (path below kafkajs/src → path below this folder). KafkaJS 2.2.4
 * has no extension points there, is not maintained (tulios/kafkajs#1603, #1753), and has no `exports` map, so Node's module
 * cache is used: a module found there is never loaded from disk. They are installed in the order of the table, in which a
 * module is below those that it loads. To remove a replacement, delete its line; to remove all, empty the table.
 *
 * Jest does not honour require.cache; there test/support/jest-resolver.cjs answers from the same table.
 */
const load = createRequire(__filename)

/** The version whose internals are replaced: in another one, the same names may do something else. Pinned in package.json. */
const VERSION = '2.2.4'

/** A module as Node keeps it in require.cache; of all its properties only these are read for a loaded one. */
interface CachedModule {
  id: string
  filename: string
  loaded: boolean
  exports: unknown
}

function install(): void {
  const { version } = load('kafkajs/package.json') as { readonly version: string }
  if (version !== VERSION) {
    throw new FactsError(
      'UNEXPECTED',
      `KafkaJS is ${version}, but src/broker/kafka/kafkajs replaces internals of ${VERSION}. Run npm ci, which installs that.`,
    )
  }
  const cache = load.cache as Record<string, CachedModule | undefined>
  if (isOriginal('kafkajs') && cache[load.resolve('kafkajs')]) throw loadedEarlier('kafkajs')
  for (const [path, ours] of Object.entries(replacements)) {
    const internal = `kafkajs/src/${path}`
    const filename = load.resolve(internal)
    // A module that has loaded the original keeps it, also another original that a replacement above has loaded to wrap it.
    if (isOriginal(internal) && cache[filename]) throw loadedEarlier(internal)
    const exports = load(join(__dirname, ours)) as unknown
    cache[filename] = { id: filename, filename, loaded: true, exports }
    if (load(internal) !== exports) throw notActive(`${internal} is still KafkaJS's own`)
  }
}

function loadedEarlier(module: string): FactsError {
  return notActive(`${module} was loaded earlier`)
}

/** False under jest when its resolver already returns the replacement. */
function isOriginal(internal: string): boolean {
  return !load.resolve(internal).startsWith(__dirname)
}

function notActive(what: string): FactsError {
  return new FactsError(
    'UNEXPECTED',
    `KafkaJS's replacements are not active: ${what}. Import KafkaJS only through src/broker/kafka/kafkajs, and run ` +
      'tests with the resolver in jest.config.cjs.',
  )
}

install()
