import { defineApp } from 'pgfacts'
import { event } from './src/wildapp/facts/event'
import { primary } from './src/wildapp/facts/primary'
import { schemas } from './src/wildapp/gen/schemas'

/** The sample: facts of the application in monolith/. */
export default defineApp({
  name: 'wildapp',
  facts: [primary, event],
  schemas,
  outbox: {
    fact: event.name,
    fields: { type: 'type', payload: 'payload', subscriber: 'subscriber', patchOf: 'patchOf' },
  },
  connector: 'connectors/monolith.json',
  commands: {
    migrate: {
      description:
        "Create or update the watched application's tables and what capturing them needs",
      program: 'monolith/main.ts',
    },
    seed: {
      description: 'Insert made-up rows; with --churn keep inserting, updating and deleting',
      program: 'monolith/main.ts',
    },
  },
})
