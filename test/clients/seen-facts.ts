import type { Received } from './outside-client'

export interface SeenFact {
  readonly subject: string
  readonly quantity: number
  readonly title: string
  readonly notes: string
}

export interface SeenOnOneWay {
  readonly facts: readonly SeenFact[]
  /** Given out as the data of an event, and no JSON. */
  readonly unreadable: readonly string[]
  readonly hasEnded: boolean
}

/** What a client has given out on one way. */
export function seenFacts(received: readonly Received[], way: number): SeenOnOneWay {
  const own = received.filter((one) => one.way === way)
  const facts: SeenFact[] = []
  const unreadable: string[] = []
  for (const { data } of own) {
    if (data === undefined) continue
    const event = eventIn(data)
    if (event === undefined) unreadable.push(data)
    else if (event.type === 'add' || event.type === 'update') facts.push(factOf(event.data))
  }
  return { facts, unreadable, hasEnded: own.some(({ ended }) => ended === true) }
}

interface Event {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

function eventIn(data: string): Event | undefined {
  try {
    return JSON.parse(data) as Event
  } catch {
    return undefined
  }
}

const factOf = ({ id, quantity, title = '', notes = '' }: Event['data']): SeenFact => ({
  subject: String(id),
  quantity: Number(quantity),
  title: String(title),
  notes: String(notes),
})
