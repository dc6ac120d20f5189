import { sampleApp } from '../support/sample-config'
import type { Driver } from '../../src/testing/driver'
import { schemas } from '../../src/wildapp/gen/schemas'
import { drive } from '../../src/testing/drive'
import type { ServedFeed } from '../../src/testing/serve-feed'
import { serveFeed } from '../../src/testing/serve-feed'
import { event } from '../../src/wildapp/facts/event'
import { primary } from '../../src/wildapp/facts/primary'
import { eventTable } from '../../src/wildapp/tables/event'
import { primaryTable } from '../../src/wildapp/tables/primary'
import { primaryRow } from '../support/debezium-record'

let driver: Driver
let served: ServedFeed | undefined
afterEach(async () => {
  await served?.stop()
  served = undefined
  await driver.stop()
})

interface Page {
  readonly events: readonly { readonly type: string; readonly data: { readonly id: string } }[]
}

test('a driven fact is served as a feed', async () => {
  driver = await drive(primary, { schemas })
  driver.insert(primaryTable, primaryRow(1)).remove(primaryTable, { id: 1 })
  await driver.settle()
  served = await serveFeed(driver)
  const response = await fetch(`${served.url}/feeds/wildapp.primary`)
  const { events } = (await response.json()) as Page
  expect(events.map(({ type, data }) => [type, data.id])).toEqual([
    ['add', '1'],
    ['remove', '1'],
  ])
})

test('changes that are driven later reach a reader that waits at the head', async () => {
  driver = await drive(primary, { schemas })
  await driver.settle()
  served = await serveFeed(driver)
  const response = fetch(`${served.url}/feeds/wildapp.primary?start=earliest&timeout=20000`)
  driver.insert(primaryTable, primaryRow(2))
  const { events } = (await (await response).json()) as Page
  expect(events.map(({ data }) => data.id)).toEqual(['2'])
})

test('a driven outbox is served by number', async () => {
  driver = await drive([primary, event], { schemas })
  const timestamp = '2026-01-02T03:04:05.678901Z'
  const row = { id: 5, type: 'insert', timestamp, subscriber: null, payload: '{}', patch_of: null }
  driver.insert(eventTable, row)
  await driver.settle()
  served = await serveFeed(driver, { outbox: sampleApp.outbox! })
  const response = await fetch(`${served.url}/events?start=earliest&until=head&consumer=team-a`)
  expect(await response.text()).toContain('id: 5\nevent: insert\ndata: {}\n\n')
})
