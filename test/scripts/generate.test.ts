import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { facts } from '../../src/gen/messages'
import { generate } from '../../src/codegen/generate'
import { generatedMessages } from '../support/generated-messages'
import { temporaryFolder } from '../support/temporary-folder'

const ROOT = join(__dirname, '..', '..')
const OPTIONS = { runtime: join(ROOT, 'src', 'protobuf'), module: 'commonjs' } as const

describe('generated code', () => {
  const folder = temporaryFolder()
  const proto = (body: string, name = 'a/v1/a.proto'): string => {
    const path = join(folder.path, 'proto', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `syntax = "proto3";\npackage a.v1;\n${body}`)
    return join(folder.path, 'proto')
  }
  const generated = async (body: string): ReturnType<typeof generatedMessages> =>
    generatedMessages(proto(body), join(folder.path, 'out'))

  test('has every kind of 64-bit field as bigint', async () => {
    const { type } = await generated(`message M {
      int64 a = 1; uint64 b = 2; sint64 c = 3; fixed64 d = 4; sfixed64 e = 5;
      optional int64 f = 6; repeated int64 g = 7; map<string, uint64> h = 8; oneof o { int64 i = 9; }
      repeated int64 j = 10 [packed = false];
    }`)
    const big = 2n ** 60n + 1n
    const value = {
      a: -big,
      b: big,
      c: -big,
      d: big,
      e: -big,
      f: 0n,
      g: [big, -big],
      h: { x: big },
      i: 0n,
      j: [big],
    }
    const M = type('a.v1.M')
    expect({ ...M.decode(M.encode(value).finish()) }).toEqual(value)
  })

  test('writes no default of a field without presence', async () => {
    const { type } = await generated(
      'message M { int64 a = 1; uint64 b = 2; string c = 3; bool d = 4; double e = 5; bytes f = 6; }',
    )
    const value = { a: 0n, b: 0n, c: '', d: false, e: 0, f: Buffer.alloc(0) }
    expect(type('a.v1.M').encode(value).finish()).toHaveLength(0)
  })

  test('refuses messages nested too deeply instead of overflowing the stack', async () => {
    const { type } = await generated('message M { M inner = 1; }')
    let bytes = Buffer.alloc(0)
    for (let depth = 0; depth < 150; depth++) {
      const length =
        bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
      bytes = Buffer.concat([Buffer.from([10, ...length]), bytes])
    }
    expect(() => type('a.v1.M').decode(bytes)).toThrow('max depth exceeded')
  })

  test('depends on nothing but the proto files', async () => {
    const first = await generate(join(ROOT, 'proto'), OPTIONS)
    cpSync(join(ROOT, 'proto'), join(folder.path, 'copy'), { recursive: true })
    expect(await generate(join(folder.path, 'copy'), OPTIONS)).toEqual(first)
  })

  test('has the messages of the header from the package', async () => {
    const protos = proto(
      'import "facts/v1/header.proto"; message M { facts.v1.Header header = 1; }',
    )
    const { schemas, type } = await generatedMessages(protos, join(folder.path, 'out'))
    const M = type('a.v1.M')
    const header = facts.v1.Header.decode(
      facts.v1.Header.encode({ subject: '7', revision: 2n ** 60n + 1n }).finish(),
    )
    expect(M.decode(M.encode({ header }).finish())).toEqual({ header })
    expect(schemas.files['a/v1/a.proto']).toMatchObject({ imports: ['facts/v1/header.proto'] })
    expect(Object.keys(schemas.files)).toEqual(['facts/v1/header.proto', 'a/v1/a.proto'])
    const files = await generate(protos, OPTIONS)
    expect(files.get('messages.d.ts')).toContain('readonly header: facts.v1.Header | null')
    expect(files.get('messages.js')).not.toContain('Header.encode = ')
  })

  test.each([
    [
      'import "google/protobuf/any.proto"; message M { google.protobuf.Any a = 1; }',
      'google/protobuf/any.proto',
    ],
    ['message M { map<string, int32> a = 1; message N {} }', 'a.v1.M.N'],
    ['message M { map<int64, int32> a = 1; }', 'keys of int64'],
  ])('is not made of what other parts could not handle: %s', async (body, named) => {
    await expect(generate(proto(body), OPTIONS)).rejects.toThrow(named)
  })

  test('is not made of no file at all', async () => {
    await expect(generate(folder.path, OPTIONS)).rejects.toThrow('no .proto file')
  })
})

describe('scripts/generate.ts --check', () => {
  const folder = temporaryFolder()
  /** In a process of its own: prettier, an ES module, is not loaded by jest. */
  const node = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ['--require', 'tsx/cjs', ...args], { cwd: ROOT, encoding: 'utf8' })
  const script = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
    node('scripts/generate.ts', ...args)

  test('passes on what is committed', () => {
    expect(script('--check')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('current') as string,
    })
  })

  test('fails and names the file when a proto file was changed, and generating fixes it', () => {
    for (const part of [
      'proto',
      'examples',
      'docs/reference',
      'docs/acls.md',
      'deploy/facts.yaml',
      'src/gen',
      'src/wildapp/gen',
    ])
      cpSync(join(ROOT, part), join(folder.path, part), { recursive: true })
    const proto = join(folder.path, 'proto/wildapp/primary/v1/primary.proto')
    writeFileSync(
      proto,
      readFileSync(proto, 'utf8').replace(
        'string code = 3;',
        'string code = 3;\n  string extra = 9;',
      ),
    )
    const { stdout, stderr } = node(
      '--eval',
      `const { run } = require('./scripts/generate/run.ts')
      const root = ${JSON.stringify(folder.path)}
      ;(async () => {
        const codes = []
        for (const args of [['--check'], [], ['--check']]) codes.push(await run(root, args))
        console.log(JSON.stringify(codes))
      })()`,
    )
    expect(stderr).toContain('src/wildapp/gen/messages.js is not what it is generated from')
    expect(String(stdout).trim().split('\n').at(-1)).toBe('[1,0,0]')
    expect(readFileSync(join(folder.path, 'src/wildapp/gen/messages.d.ts'), 'utf8')).toContain(
      'readonly extra: string',
    )
  })

  test('refuses arguments it does not know', () => {
    expect(script('--chek').status).toBe(2)
  })
})
