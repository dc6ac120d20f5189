import type { FeedEvent } from '../../client'

/** Handles one event; rejects when it has to be delivered again. */
export type EventHandler = (event: FeedEvent) => Promise<void>
