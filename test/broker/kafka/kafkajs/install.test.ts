import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Encoder from 'kafkajs/src/protocol/encoder'
import { decode } from 'kafkajs/src/protocol/requests/fetch/v11/response'
import * as installed from '../../../../src/broker/kafka/kafkajs'
import replacements from '../../../../src/broker/kafka/kafkajs/replacements.json'
import { batchBytes } from './log-bytes'

const run = promisify(execFile)
const root = join(__dirname, '../../../..')
const folder = join('src', 'broker', 'kafka', 'kafkajs')

/** A response to Fetch version 11 with one record. */
async function fetchResponse(): Promise<Buffer> {
  const records = await batchBytes({ firstOffset: 7n, records: [{ key: 'k', value: 'v' }] })
  const response = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0)
  response.writeInt32(1).writeString('topic').writeInt32(1)
  response.writeInt32(0).writeInt16(0).writeInt64(8n).writeInt64(8n).writeInt64(0n).writeInt32(-1)
  return response.writeInt32(-1).writeInt32(records.length).writeBuffer(records).buffer
}

/** Loads our door in a new process and says which internals are ours, and what KafkaJS decodes a response to. */
async function inNode(door: string, ...flags: readonly string[]): Promise<unknown> {
  const script = `
    const { createRequire } = require('node:module')
    const load = createRequire(${JSON.stringify(join(door, 'index.js'))})
    const door = load('./index')
    const replacements = load('./replacements.json')
    const { decode } = load('kafkajs/src/protocol/requests/fetch/v11/response')
    decode(Buffer.from(process.argv[1], 'base64')).then(({ responses }) => {
      const [message] = responses[0].partitions[0].messages
      const ours = Object.entries(replacements).filter(
        ([internal, path]) => load('kafkajs/src/' + internal) === load('./' + path),
      )
      // What the originals hold that were loaded before their place was taken, seen at work.
      const Connection = load('kafkajs/src/network/connection')
      const silent = { namespace: () => silent, debug: () => undefined }
      const options = { host: 'h', port: 1, logger: silent, requestTimeout: 1, connectionTimeout: 1 }
      const connection = new Connection({ ...options, rack: null, socketFactory: () => undefined })
      const RequestQueue = load('./' + replacements['network/requestQueue/index.js'])
      console.log(JSON.stringify({
        queue: connection.requestQueue instanceof RequestQueue,
        ours: ours.map(([internal]) => internal),
        decoded: message instanceof door.FetchedMessage,
        kafka: typeof door.Kafka,
      }))
    })`
  const response = (await fetchResponse()).toString('base64')
  const { stdout } = await run(process.execPath, [...flags, '-e', script, response], { cwd: root })
  return JSON.parse(stdout)
}

const ACTIVE = { queue: true, ours: Object.keys(replacements), decoded: true, kafka: 'function' }

test('under jest KafkaJS decodes with our decoder', async () => {
  const { responses } = await decode(await fetchResponse())
  const [message] = responses[0]!.partitions[0]!.messages
  expect(message).toBeInstanceOf(installed.FetchedMessage)
})

test('the door has all that KafkaJS exports', () => {
  expect(Object.keys(installed)).toEqual(
    expect.arrayContaining(['Kafka', 'logLevel', 'CompressionTypes', 'KafkaJSProtocolError']),
  )
})

test('in Node, from source, every replacement is active', async () => {
  expect(await inNode(join(root, folder), '--require', 'tsx/cjs')).toEqual(ACTIVE)
})

test('in Node, compiled, every replacement is active', async () => {
  const out = await mkdtemp(join(tmpdir(), 'kafkajs-compiled-'))
  try {
    const project = join(out, 'tsconfig.json')
    const sources = [...Object.values(replacements), 'index'].map((path) =>
      join(root, folder, `${path}.ts`),
    )
    const config = {
      extends: join(root, 'tsconfig.build.json'),
      compilerOptions: {
        rootDir: root,
        outDir: out,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: [...sources, join(root, folder, 'internals.d.ts'), join(root, folder, 'cluster.d.ts')],
      include: [],
    }
    await writeFile(project, JSON.stringify(config))
    await symlink(join(root, 'node_modules'), join(out, 'node_modules'))
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project])
    expect(await inNode(join(out, folder))).toEqual(ACTIVE)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}, 60_000)

test('in Node, another version of KafkaJS is refused', async () => {
  const own = await mkdtemp(join(tmpdir(), 'kafkajs-version-'))
  try {
    const another = join(own, 'another-version.cjs')
    const description = JSON.stringify(join(root, 'node_modules/kafkajs/package.json'))
    await writeFile(another, `require(${description}).version = '2.2.5'`)
    const flags = ['--require', 'tsx/cjs', '--require', another]
    await expect(inNode(join(root, folder), ...flags)).rejects.toThrow(
      /KafkaJS is 2\.2\.5, but src\/broker\/kafka\/kafkajs replaces internals of 2\.2\.4/,
    )
  } finally {
    await rm(own, { recursive: true, force: true })
  }
})

test('in Node, KafkaJS loaded before our door is refused', async () => {
  const flags = ['--require', 'tsx/cjs', '--require', 'kafkajs']
  await expect(inNode(join(root, folder), ...flags)).rejects.toThrow(
    /replacements are not active: kafkajs was loaded earlier/,
  )
})
