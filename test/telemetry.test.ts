import { sampleApp } from './support/sample-config'
import { Table } from '../src/table/table'
import { Metrics } from '../src/telemetry'
import { tablesOf } from '../src/fact/declare/tables-of'
import { goldenRecords } from './table/golden-records'
import * as tables from './table/tables'

const decodedIn = async (metrics: Metrics): Promise<readonly string[]> =>
  (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('facts_decoded_total'))

test('the pipeline says how many records were decoded which way, as often as it is asked', async () => {
  const metrics = new Metrics()
  const table = new Table(tables.shapeOf(tables.swap))
  metrics.countDecoded([table.counts, { fast: 5, exact: 1 }])
  for (const record of goldenRecords('edge.swap')) table.decode(record)
  const expected = ['facts_decoded_total{lane="fast"} 18', 'facts_decoded_total{lane="exact"} 3']
  expect(await decodedIn(metrics)).toEqual(expected)
  expect(await decodedIn(metrics)).toEqual(expected)
  table.decode(goldenRecords('edge.swap')[0] ?? { key: null, value: null })
  expect(await decodedIn(metrics)).toEqual([
    'facts_decoded_total{lane="fast"} 19',
    'facts_decoded_total{lane="exact"} 3',
  ])
})

test('a table that several facts are made of or look up is counted once', () => {
  const topics = tablesOf([...sampleApp.facts, ...sampleApp.facts]).map(({ topic }) => topic)
  expect(new Set(topics).size).toBe(topics.length)
  expect(topics).toEqual(
    expect.arrayContaining([
      'monolith.public.wildapp_primary',
      'monolith.public.wildapp_secondary',
      'monolith.public.wildapp_tertiary',
    ]),
  )
})
