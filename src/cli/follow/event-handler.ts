import type { FeedEvent } from '../../follow'

/** Handles one event; rejects when it has to come again. */
export type EventHandler = (event: FeedEvent) => Promise<void>
