'use strict'

const Runtime = require('jest-runtime').default

/**
 * Jest refuses `require` between two tests. KafkaJS requires the form of a request with each request, and readers and pipelines of
 * a whole file continue between its tests: without this, they would fail there, or not, by chance.
 */
module.exports = class extends Runtime {
  leaveTestCode() {}
}
