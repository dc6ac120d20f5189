import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { decodeFrame, framePrefix } from '../../src/protobuf/framing/confluent'
import { FieldWriter } from '../../src/protobuf/message/field-writer'
import { messageJson } from '../../src/protobuf/json/message-json'
import { decodeMessage } from '../../src/protobuf/serde/protobuf-serde'
import type { GeneratedMessages } from '../support/generated-messages'
import { generatedMessages } from '../support/generated-messages'
import { temporaryFolder } from '../support/temporary-folder'

/** Written by Confluent's Python serializer: test/golden/confluent/generate.py. */
interface Golden {
  readonly title: string
  readonly message: string
  readonly json: unknown
  readonly hex: string
}

const FOLDER = join(__dirname, '..', 'golden', 'confluent')
const goldens = JSON.parse(readFileSync(join(FOLDER, 'golden.json'), 'utf8')) as readonly Golden[]
const facts: GeneratedMessages = {
  schemas,
  type: () => wildapp.primary.v1.Primary,
}

/** JSON has no negative zero in JavaScript; protobuf lets a double stand in a string. */
const withNegativeZero = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (Object.is(one, -0) ? '-0' : one)))

describe('what Confluent’s serializer wrote', () => {
  const folder = temporaryFolder()

  test('holds the shapes that serializers get wrong', () => {
    const indexes = goldens.map(({ hex }) => decodeFrame(Buffer.from(hex, 'hex')).indexes.join())
    expect(new Set(indexes)).toEqual(new Set(['0', '1', '1,0', '1,1', '1,1,0', '64']))
  })

  test.each(goldens.map((golden) => [golden.title, golden] as const))(
    'is read and written the same: %s',
    async (_, golden) => {
      const bytes = Buffer.from(golden.hex, 'hex')
      const { type, schemas: manifest } = golden.message.startsWith('golden.')
        ? await generatedMessages(join(FOLDER, 'proto'), folder.path)
        : facts
      const { schemaId, indexes, payload } = decodeFrame(bytes)
      expect(indexes).toEqual(manifest.messages[golden.message]?.indexes)

      const message = decodeMessage(type(golden.message), payload)
      const json = JSON.parse(messageJson(message, golden.message, manifest)) as unknown
      expect(json).toEqual(withNegativeZero(golden.json))

      const writer = new FieldWriter().raw(framePrefix(schemaId, indexes))
      const again = type(golden.message).encode(message, writer).finish()
      expect(again.toString('hex')).toBe(golden.hex)
    },
  )
})
