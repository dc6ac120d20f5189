import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FactsError } from '../../../errors'
import replacements from './replacements.json'

/*
 * Puts our modules in the place of the KafkaJS internals named in replacements.json (path below kafkajs/src → path
 * below this folder). KafkaJS 2.2.4 has no seams there, is not maintained (tulios/kafkajs#1603, #1753), and has no
 * `exports` map, so Node's module cache is the seam: a module found there is never loaded from disk. To remove a
 * replacement, delete its line; to remove all, empty the table.
 *
 * Jest does not honour require.cache; there test/support/jest-resolver.cjs answers from the same table.
 */
const load = createRequire(__filename)

/** A module as Node keeps it in require.cache; of all its properties only these are read for a loaded one. */
interface CachedModule {
  id: string
  filename: string
  loaded: boolean
  exports: unknown
}

function install(): void {
  const cache = load.cache as Record<string, CachedModule | undefined>
  const internals = Object.keys(replacements).map((internal) => `kafkajs/src/${internal}`)
  const early = ['kafkajs', ...internals].find((it) => isOriginal(it) && cache[load.resolve(it)])
  if (early !== undefined) throw notActive(`${early} was loaded earlier`)
  // All of ours first: some wrap the original, which must be loaded before its place is taken.
  const ours = Object.values(replacements).map((path) => load(join(__dirname, path)) as unknown)
  internals.forEach((internal, index) => {
    const filename = load.resolve(internal)
    cache[filename] = { id: filename, filename, loaded: true, exports: ours[index] }
  })
  const missed = internals.find((internal, index) => load(internal) !== ours[index])
  if (missed !== undefined) throw notActive(`${missed} is still KafkaJS's own`)
}

/** False under jest for what its resolver already answers with ours. */
function isOriginal(internal: string): boolean {
  return !load.resolve(internal).startsWith(__dirname)
}

function notActive(what: string): FactsError {
  return new FactsError(
    'UNEXPECTED',
    `KafkaJS's replacements are not active: ${what}. Import KafkaJS only through src/log/kafka/kafkajs, and run ` +
      'tests with the resolver in jest.config.cjs.',
  )
}

install()
