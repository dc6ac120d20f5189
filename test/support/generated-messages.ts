import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from '../../src/codegen/generate'
import type { MessageType } from '../../src/protobuf/message/message-type'
import type { SchemaManifest } from '../../src/protobuf/message/schema-manifest'

const RUNTIME = join(__dirname, '..', '..', 'src', 'protobuf')

export interface GeneratedMessages {
  readonly schemas: SchemaManifest
  /** A generated class by its full name. */
  readonly type: (fullName: string) => MessageType<object>
}

/** Generates code for the proto files below `protos` into `folder` and loads it. */
export async function generatedMessages(
  protos: string,
  folder: string,
): Promise<GeneratedMessages> {
  const files = await generate(protos, { runtime: RUNTIME, module: 'commonjs' })
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
  // Through jest, which compiles the TypeScript that the code requires.
  const root: unknown = jest.requireActual(join(folder, 'messages.js'))
  const { schemas } = jest.requireActual<Pick<GeneratedMessages, 'schemas'>>(
    join(folder, 'schemas.ts'),
  )
  return {
    schemas,
    type: (fullName) =>
      fullName
        .split('.')
        .reduce(
          (scope, name) => (scope as Record<string, unknown>)[name],
          root,
        ) as MessageType<object>,
  }
}
