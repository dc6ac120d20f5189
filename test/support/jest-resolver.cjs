/**
 * Jest keeps its own module registry, so the replacements of KafkaJS internals (src/broker/kafka/kafkajs/install.ts)
 * cannot be put into require.cache; this answers from the same table. Our replacements and their tests still see the
 * originals.
 */
const { join, sep } = require('node:path')
const replacements = require('../../src/broker/kafka/kafkajs/replacements.json')

const root = join(__dirname, '..', '..')
const ours = join(root, 'src', 'broker', 'kafka', 'kafkajs')
const seeOriginals = [join(ours, 'replacements'), join(root, 'test', 'broker', 'kafka', 'kafkajs')]
const kafkajs = join('node_modules', 'kafkajs', 'src') + sep

module.exports = function resolve(request, options) {
  const path = options.defaultResolver(request, options)
  const at = path.lastIndexOf(kafkajs)
  if (at < 0 || seeOriginals.includes(options.basedir)) return path
  const internal = path.slice(at + kafkajs.length).replaceAll(sep, '/')
  const replacement = replacements[internal]
  return replacement === undefined ? path : join(ours, `${replacement}.ts`)
}
