import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Root } from 'protobufjs'
import { packageRoot } from '../package-root'
import type { CodeOptions } from './code-options'
import { messagesCode } from './messages-code'
import { messagesDeclarations } from './messages-declarations'
import type { ProtoFiles } from './proto-file'
import { schemasCode } from './schemas-code'

/** The header of every fact: its code is part of the package, and other code imports it from there. */
const HEADER = 'facts/v1/header.proto'

/**
 * Everything that is generated from the proto files below `folder`, which may import facts/v1/header.proto: file name → content. Same
 * input, same bytes. Throws an Error for what other parts of the product, or other serializers, cannot handle.
 */
export async function generate(
  folder: string,
  options: CodeOptions,
): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.proto') && name !== HEADER)
    .sort()
  if (names.length === 0) throw new Error(`There is no .proto file below ${folder}.`)
  return codeOf(new Map(names.map((name) => [name, join(folder, name)])), folder, options)
}

/** The code of the header itself. */
export function generateHeader(
  proto: string,
  runtime: string,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([[HEADER, join(proto, HEADER)]])
  return codeOf(files, proto, { runtime, module: 'commonjs', isHeader: true })
}

async function codeOf(
  files: ProtoFiles,
  folder: string,
  options: CodeOptions,
): Promise<ReadonlyMap<string, string>> {
  const header = join(packageRoot(), 'proto', HEADER)
  const root = new Root()
  root.resolvePath = (_origin, target) =>
    files.get(target) ?? (target === HEADER ? header : join(folder, target))
  root.loadSync([...files.keys()], { alternateCommentMode: true }).resolveAll()
  return new Map([
    ['messages.js', await messagesCode(files, options)],
    ['messages.d.ts', messagesDeclarations(root, options)],
    ['schemas.ts', schemasCode(files, root, options)],
  ])
}
