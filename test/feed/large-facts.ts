import { Image } from '../../src/feed/image/image'
import { facts } from '../../src/gen/messages'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { FieldWriter } from '../../src/protobuf/message/field-writer'
import { messageText } from '../../src/protobuf/json/message-text'

const { Primary, Status } = wildapp.primary.v1
type Fields = Partial<Omit<wildapp.primary.v1.Primary, 'header'>>

const FULL_NAME = 'wildapp.primary.v1.Primary'

/** A fact as a feed has it, with its fields read already: that is done once, for all filters. */
export function primaryImage(fields: Fields): Image {
  const header: facts.v1.Header = {
    id: 'x',
    kind: facts.v1.Kind.KIND_UPDATED,
    subject: String(fields.id ?? 1n),
    revision: 1n,
    time: { seconds: 1_780_000_000n, nanos: 123_456_000 },
    source: null,
    unavailable: [],
    movedFrom: '',
    movedTo: '',
  }
  const payload = Primary.encode({ ...fields, header }, new FieldWriter()).finish()
  const form = {
    type: Primary,
    fullName: FULL_NAME,
    schemas,
    text: messageText(FULL_NAME, schemas),
  }
  const image = new Image(payload, form, { kind: header.kind, time: undefined })
  warm(image)
  return image
}

/** What its fields are is found out when they are asked for first. */
const warm = ({ context }: Image): number => Object.keys(context).length

/** Facts as large as rows may be, and made to be slow to search; and small ones. */
export function largeFacts(bytes: number): readonly Image[] {
  const half = Math.floor(bytes / 2)
  const third = Math.floor(bytes / 3)
  const common: Fields = {
    id: 9n,
    title: 'aaab',
    status: Status.STATUS_ACTIVE,
    quantity: 3,
    amount: '1.5',
    createdAt: { seconds: 1_767_323_045n, nanos: 900_000 },
    verified: true,
    updatedAt: { seconds: 1_767_323_045n, nanos: 100_000 },
  }
  return [
    { ...common, notes: 'a'.repeat(bytes) },
    { ...common, notes: 'a'.repeat(half), attributes: `${'a'.repeat(half - 1)}b` },
    {
      ...common,
      notes: 'ab'.repeat(half / 2),
      title: `${'ab'.repeat(half / 4)}b`,
      attributes: '{}',
    },
    { ...common, notes: 'é'.repeat(third), labels: ['é', '😀'] },
    { ...common, labels: Array.from({ length: half }, () => '') },
    { ...common, labels: Array.from({ length: third }, (_, n) => 'abc'[n % 3] ?? ''), notes: 'a' },
    {
      ...common,
      labels: Array.from({ length: 1_000 }, () => 'a'.repeat(half / 1_000)),
      notes: 'a'.repeat(half),
    },
    { ...common, fingerprint: new Uint8Array(bytes) },
    common,
    { id: 1n },
  ].map((fields) => primaryImage(fields))
}
