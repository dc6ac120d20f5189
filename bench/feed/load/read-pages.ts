import { Agent, get } from 'node:http'

/** Read as JSON from the first argument. */
export interface PagesOptions {
  readonly url: string
  readonly pageSize: number
}

export interface PagesRead {
  readonly pages: number
  /** Of the bodies, uncompressed. */
  readonly bytes: number
  readonly seconds: number
}

const { url, pageSize } = JSON.parse(process.argv[2] ?? '') as PagesOptions
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

interface Page {
  readonly bytes: number
  readonly cursor: string
  readonly hasNext: boolean
}

const page = (query: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    get(`${url}?page_size=${pageSize}${query}`, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`Status ${response.statusCode ?? 0}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('error', reject)
      response.on('end', () =>
        resolve({
          bytes,
          cursor: String(response.headers['feed-cursor']),
          hasNext: response.headers['feed-has-next'] === 'true',
        }),
      )
    }).on('error', reject)
  })

/** The whole feed, one page after the other, on one connection. */
async function main(): Promise<void> {
  const began = performance.now()
  let [pages, bytes, query] = [0, 0, '&start=earliest']
  for (let hasNext = true; hasNext;) {
    const read = await page(query)
    pages += 1
    bytes += read.bytes
    query = `&cursor=${read.cursor}`
    hasNext = read.hasNext
  }
  const seconds = (performance.now() - began) / 1_000
  agent.destroy()
  process.stdout.write(JSON.stringify({ pages, bytes, seconds } satisfies PagesRead))
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
