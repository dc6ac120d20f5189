import { localAddress } from '../../../src/cli/run/local-address'
import { checkPipeline } from '../../../src/cli/doctor/check-pipeline'
import type { Finding } from '../../../src/dev-stack/machine/finding'
import { fileServer } from '../../support/file-server'

const server = fileServer()

function look(status: number, body: unknown, metrics = ''): Promise<readonly Finding[]> {
  server.handle = (request, response) => {
    if (request.url === '/metrics') response.end(metrics)
    else response.writeHead(status).end(JSON.stringify(body))
  }
  return checkPipeline(server.url)
}

test('a pipeline that does not run fails: no facts are made', async () => {
  await expect(checkPipeline('http://127.0.0.1:1')).resolves.toMatchObject([
    { status: 'fail', detail: 'does not answer at http://127.0.0.1:1, so no facts are produced' },
  ])
})

test('a pipeline that is not ready fails, with what it says of itself', async () => {
  const body = { status: 'not ready', state: 'starting', partitions: [1, 2] }
  const metrics =
    'facts_restored_records_total{store="a"} 40\nfacts_restored_records_total{store="b"} 2\n'
  const [finding] = await look(503, body, metrics)
  expect(finding).toMatchObject({ status: 'fail' })
  expect(finding?.detail).toMatch(
    /not ready, state starting, 2 partitions; 42 records of state restored/,
  )
})

test.each([
  ['one process', { capture: ['nothing has been captured by m for 42 s'] }],
  [
    'its workers',
    { workers: [1, 2].map(() => ({ capture: ['nothing has been captured by m for 42 s'] })) },
  ],
])('that nothing is captured is said once, as the pipeline itself runs: %s', async (_, says) => {
  const findings = await look(503, { status: 'not ready', state: 'running', ...says })
  expect(findings).toMatchObject([
    { name: 'pipeline', status: 'ok' },
    { name: 'capture', status: 'fail', detail: 'nothing has been captured by m for 42 s' },
    { name: 'pipeline lag' },
  ])
})

test('a pipeline without progress while nothing is captured reports both', async () => {
  const body = { status: 'not ready', stalled: ['a batch'], capture: ['nothing'] }
  expect(await look(503, body)).toMatchObject([
    { name: 'pipeline', status: 'fail', detail: expect.stringContaining('a batch') as string },
    { name: 'capture', status: 'fail' },
  ])
})

test.each([
  [3, 'ok'],
  [20_000, 'warn'],
])('one with a lag of %d records is %s', async (lagging, status) => {
  const metrics = `facts_lag_records{topic="t",partition="0"} ${lagging - 1}\nfacts_lag_records{topic="t",partition="1"} 1\n`
  const [, lag] = await look(200, { status: 'ready' }, metrics)
  expect(lag).toMatchObject({ status, detail: `${lagging} records are not processed yet` })
})

test('what else answers there is no pipeline', async () => {
  const [finding] = await look(404, { error: 'what' })
  expect(finding).toMatchObject({ status: 'fail', detail: expect.stringMatching(/no pipeline/) })
})

test.each([
  ['0.0.0.0', 'http://127.0.0.1:80'],
  ['::', 'http://[::1]:80'],
  ['::1', 'http://[::1]:80'],
  ['here.example', 'http://here.example:80'],
])('what listens on %s is asked at %s', (host, url) => {
  expect(localAddress({ host, port: 80 })).toBe(url)
})
