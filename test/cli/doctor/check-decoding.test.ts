import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkDecoding } from '../../../src/cli/doctor/check-decoding'
import type { Finding } from '../../../src/dev-stack/machine/finding'
import { Metrics } from '../../../src/telemetry'

async function found(fast: number, exact: number): Promise<readonly Finding[]> {
  const metrics = new Metrics()
  metrics.countDecoded([{ fast, exact }])
  const text = await metrics.registry.metrics()
  const server = createServer((_request, response) => response.end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await checkDecoding(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a pipeline that decodes nearly everything by its form is well', async () => {
  expect(await found(99_500, 500)).toEqual([
    {
      name: 'pipeline decoding',
      status: 'ok',
      detail: '99.5 % of 100000 records in the fast lane',
    },
  ])
})

test('a pipeline that has begun only just is well', async () => {
  expect(await found(3, 12)).toMatchObject([{ status: 'ok' }])
  expect(await found(0, 0)).toMatchObject([{ status: 'ok', detail: 'no record decoded yet' }])
})

test('a pipeline that parses many records whole is warned of, with what to compare', async () => {
  expect(await found(9_000, 1_000)).toMatchObject([
    {
      status: 'warn',
      detail: expect.stringContaining('90.0 %'),
      remedy: expect.stringContaining('the connector file'),
    },
  ])
})

test('nothing is said of a pipeline that does not answer', async () => {
  expect(await checkDecoding('http://127.0.0.1:1')).toEqual([])
})
