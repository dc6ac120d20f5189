import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Root } from 'protobufjs'
import { messagesCode } from './messages-code'
import { messagesDeclarations } from './messages-declarations'
import { schemasCode } from './schemas-code'

/** Proto files by the names that they are imported by. */
export type ProtoFiles = ReadonlyMap<string, string>

/**
 * Everything that is generated from the proto files below `folder`: file name → content. Same input, same bytes.
 * `message` is the import path of src/protobuf/message as the generated files see it; `imported` are files elsewhere that those of the folder
 * import, for which code is generated too.
 */
export async function generate(
  folder: string,
  message: string,
  imported: ProtoFiles = new Map(),
): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.proto'))
    .sort()
  if (names.length === 0) throw new Error(`There is no .proto file below ${folder}.`)
  const files = new Map([...imported, ...names.map((name) => [name, join(folder, name)] as const)])
  const root = new Root()
  root.resolvePath = (_origin, target) => files.get(target) ?? join(folder, target)
  root.loadSync([...files.keys()], { alternateCommentMode: true }).resolveAll()
  return new Map([
    ['messages.js', await messagesCode(files, message)],
    ['messages.d.ts', messagesDeclarations(root, message)],
    ['schemas.ts', schemasCode(files, root, message)],
  ])
}
