/**
 * Follows streams with one of npm's clients, as its documentation shows it: client.mjs CLIENT URL...
 * Prints a line of JSON for each event, with the number of its URL.
 */
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const [name, ...urls] = process.argv.slice(2)
const TYPES = ['add', 'update', 'remove', 'status', 'message']

const tell = (way, message) => process.stdout.write(`${JSON.stringify({ way, ...message })}\n`)

const eventSource = (load) => async (way, url) => {
  const EventSource = await load()
  const source = new EventSource(url)
  for (const type of TYPES) {
    source.addEventListener(type, ({ lastEventId, data }) => tell(way, { id: lastEventId, data }))
  }
  source.addEventListener('error', () => {
    if (source.readyState === 2) tell(way, { ended: true })
  })
}

/**
 * Version 2 takes the id of an event before it has come whole, and what was cut off it puts before the data of the next connection: so
 * a new one for each connection, from the last event that was whole.
 */
async function eventSource2(way, url) {
  const { default: EventSource } = await import('eventsource2')
  let last
  const connect = () => {
    const headers = last === undefined ? {} : { 'Last-Event-ID': last }
    const source = new EventSource(url, { headers })
    for (const type of TYPES) {
      source.addEventListener(type, ({ lastEventId, data }) => {
        tell(way, { id: lastEventId, data })
        last = JSON.parse(data).cursor
      })
    }
    source.addEventListener('error', () => {
      source.close()
      globalThis.setTimeout(connect, 200)
    })
  }
  connect()
}

/** A parser alone: connecting, and coming back, is its user's. */
async function parser(way, url) {
  const { createParser } = await import('eventsource-parser')
  let last
  for (;;) {
    const headers = last === undefined ? {} : { 'last-event-id': last }
    try {
      const response = await globalThis.fetch(url, { headers })
      if (!response.ok) tell(way, { refused: response.status })
      const { feed } = createParser({
        onEvent: ({ id, data }) => {
          last = id ?? last
          tell(way, { id: last, data })
        },
      })
      const text = response.body.pipeThrough(new globalThis.TextDecoderStream())
      for await (const piece of text) feed(piece)
    } catch {
      // Cut off.
    }
    await delay(200)
  }
}

async function fetchEventSource(way, url) {
  // Made for browsers.
  const document = { hidden: false, addEventListener: () => {}, removeEventListener: () => {} }
  Object.assign(globalThis, { document, window: globalThis })
  const { fetchEventSource: follow } = await import('@microsoft/fetch-event-source')
  await follow(url, {
    openWhenHidden: true,
    onmessage: ({ id, data }) => {
      tell(way, { id, data })
      JSON.parse(data)
    },
    // As its documentation has it for servers that should not end a stream.
    onclose: () => {
      throw new Error('closed')
    },
    onerror: () => undefined,
  })
}

const CLIENTS = {
  'eventsource 2': eventSource2,
  'eventsource 3': eventSource(async () => (await import('eventsource3')).EventSource),
  'eventsource 4': eventSource(async () => (await import('eventsource4')).EventSource),
  'eventsource-parser': parser,
  '@microsoft/fetch-event-source': fetchEventSource,
}

await Promise.all(urls.map((url, way) => CLIENTS[name](way, url)))
