import type { Fact } from '../index'
import type { wildapp } from './gen/messages'
import { event } from './facts/event'
import { primary } from './facts/primary'

/** Every fact that is published. */
export const wildappFacts: readonly Fact[] = [primary, event]

/** The fact that is an outbox, and the role of its fields. */
export const outbox = {
  fact: event.name,
  fields: {
    type: 'type',
    payload: 'payload',
    subscriber: 'subscriber',
    patchOf: 'patchOf',
  } satisfies Readonly<Record<string, keyof wildapp.event.v1.Event>>,
} as const

/** Topic of the dead letters of all facts. */
export const deadLetters = 'wildapp.dead-letters'
