import type { Driver } from '../../src/testing/driver'
import { schemas } from '../../src/wildapp/gen/schemas'
import { drive } from '../../src/testing/drive'
import { event } from '../../src/wildapp/facts/event'
import { eventTable } from '../../src/wildapp/tables/event'

let driver: Driver | undefined
afterEach(() => driver?.stop())

const row = (
  id: number,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  id,
  type: 'insert',
  timestamp: '2026-01-02T03:04:05.678901Z',
  subscriber: null,
  payload: '{"foo": "bar"}',
  patch_of: null,
  ...more,
})

test('an event has the values of its row, the payload exactly', async () => {
  const payload = '{"n": 123456789012345678901234567890.10, "s": "a\\nb"}'
  driver = await drive(event, { schemas })
  driver.insert(eventTable, row(1, { payload }))
  driver.insert(eventTable, row(2, { type: 'patch', subscriber: 'team-a', patch_of: 1 }))
  const facts = await driver.facts()
  expect(facts.map(({ message }) => message)).toMatchObject([
    {
      id: 1n,
      type: 'insert',
      subscriber: null,
      payload,
      patchOf: null,
      timestamp: { seconds: 1_767_323_045n, nanos: 678_901_000 },
    },
    { id: 2n, type: 'patch', subscriber: 'team-a', patchOf: 1n },
  ])
})

test('events of different rows stay in the order in which they were captured, which their numbers need not have', async () => {
  driver = await drive(event, { schemas })
  const ids = [3, 1, 2, 9, 4, 8, 5, 7, 6]
  for (const id of ids) driver.insert(eventTable, row(id))
  const facts = await driver.facts()
  expect(facts.map(({ subject }) => Number(subject))).toEqual(ids)
})
