import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkFeed } from '../../../src/cli/doctor/check-feed'
import type { Finding } from '../../../src/dev-stack/machine/finding'

async function found(status: number, body: unknown): Promise<readonly Finding[]> {
  const server = createServer((_request, response) =>
    response.writeHead(status).end(JSON.stringify(body)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await checkFeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a feed server is known by its feeds', async () => {
  const [finding] = await found(200, { feeds: [{ name: 'wildapp.primary' }] })
  expect(finding).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/serves wildapp\.primary/),
  })
})

test('one that requires tokens is well', async () => {
  const [finding] = await found(401, { type: 'urn:facts:token-missing' })
  expect(finding).toMatchObject({ status: 'ok', detail: expect.stringMatching(/requires tokens/) })
})

test('another program at that address is reported', async () => {
  const [finding] = await found(401, { error: 'who are you' })
  expect(finding).toMatchObject({ status: 'warn', detail: expect.stringMatching(/no feed server/) })
})
