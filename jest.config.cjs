/** Suites by folder; `npm test` runs the fast ones, `.ci/run` runs all. */
const { availableParallelism } = require('node:os')

const base = {
  testEnvironment: 'node',
  runtime: '<rootDir>/test/support/jest-runtime.cjs',
  // KafkaJS internals replaced by src/broker/kafka/kafkajs; jest does not honour require.cache
  resolver: '<rootDir>/test/support/jest-resolver.cjs',
  // The package's own name, as the sample and the examples import it.
  moduleNameMapper: {
    '^pgfacts$': '<rootDir>/src/index.ts',
    '^pgfacts/(.*)$': '<rootDir>/src/$1/index.ts',
  },
  // Published as ES modules only, which jest does not load.
  transformIgnorePatterns: ['/node_modules/(?!(@marcbachmann/cel-js|jose)/)'],
  transform: {
    '(\\.ts|/(@marcbachmann/cel-js|jose)/.+\\.js)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.cjs'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.facts'],
}
const fast = [
  ...['/test/integration/', '/test/faults/', '/test/compose/', '/test/reality/'],
  '/test/clients/',
]
module.exports = {
  // Tests that wait for a time to pass (heartbeats, deadlines) leave their core to others.
  maxWorkers: availableParallelism() + 2,
  globalSetup: '<rootDir>/test/support/late-errors.cjs',
  globalTeardown: '<rootDir>/test/support/still-open.cjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: fast,
    },
    {
      ...base,
      displayName: 'integration',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
    {
      ...base,
      displayName: 'reality',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/reality/**/*.test.ts'],
    },
    {
      ...base,
      displayName: 'faults',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
    },
    {
      ...base,
      displayName: 'clients',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/clients/**/*.test.ts'],
    },
    {
      ...base,
      displayName: 'compose',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/compose/**/*.test.ts'],
    },
  ],
}
