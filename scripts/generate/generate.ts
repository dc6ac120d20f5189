import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Root } from 'protobufjs'
import { messagesCode } from './messages-code'
import { messagesDeclarations } from './messages-declarations'
import { schemasCode } from './schemas-code'

/**
 * Everything that is generated from the proto files below `folder`: file name → content. Same input, same bytes.
 * `wire` is the import path of src/wire as the generated files see it.
 */
export async function generate(folder: string, wire: string): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.proto'))
    .sort()
  if (names.length === 0) throw new Error(`There is no .proto file below ${folder}.`)
  const root = new Root()
  root.resolvePath = (_origin, target) => join(folder, target)
  root.loadSync(names, { alternateCommentMode: true }).resolveAll()
  return new Map([
    ['messages.js', await messagesCode(folder, names, wire)],
    ['messages.d.ts', messagesDeclarations(root, wire)],
    ['schemas.ts', schemasCode(folder, names, root, wire)],
  ])
}
