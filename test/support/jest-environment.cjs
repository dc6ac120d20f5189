'use strict'

/**
 * Node, as the tests of one file see it. Jest runs them in an AsyncLocalStorage of the file's own and leaves it enabled, and
 * before Node 24 every promise pays for every enabled one: a worker's fortieth file would take a quarter longer than its first.
 */
const { AsyncLocalStorage } = require('node:async_hooks')
const { TestEnvironment } = require('jest-environment-node')

const used = new Set()
const { run } = AsyncLocalStorage.prototype
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this)
  return run.apply(this, args)
}

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown()
    for (const storage of used) storage.disable()
    used.clear()
  }
}
