import { facts as generated } from '../../src/gen/messages'
import { debeziumKey, debeziumValue, primaryRow } from '../support/debezium-record'
import { WildappWorld } from '../support/wildapp-world'

const { Kind } = generated.v1

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

/** What Debezium makes of an UPDATE that changes the key 1 to 2; each record has the other's key as a header. */
function changeKey(oldKey: string, newKey: string): void {
  const position = { table: 'primary', lsn: 200 } as const
  const removed = { ...position, op: 'd', key: { id: 1 }, before: { id: 1 }, order: 1 } as const
  const created = { ...position, op: 'c', key: { id: 2 }, after: primaryRow(2), order: 2 } as const
  const key = (id: number): string => debeziumKey({ id })
  world.write('primary', key(1), debeziumValue(removed), { '__debezium.newkey': newKey })
  world.write('primary', key(1), null)
  world.write('primary', key(2), debeziumValue(created), { '__debezium.oldkey': oldKey })
}

test('a changed primary key makes a deleted and a created fact that name each other', async () => {
  changeKey('{"id":1}', '{"id":2}')
  await world.start()
  const facts = await world.facts(2)
  const headers = facts
    .map(({ fact }) => fact.header)
    .sort((a, b) => Number(a?.subject) - Number(b?.subject))
  expect(headers).toMatchObject([
    { subject: '1', kind: Kind.KIND_DELETED, movedTo: '2', movedFrom: '' },
    { subject: '2', kind: Kind.KIND_CREATED, movedTo: '', movedFrom: '1' },
  ])
})

test('a header that cannot be read makes a dead letter that says so', async () => {
  changeKey('nonsense', '{"id":2}')
  await world.start()
  const [letter] = await world.deadLetters(1)
  expect(letter?.headers['facts.error.code']?.toString()).toBe('KEY_INVALID')
})
