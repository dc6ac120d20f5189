/** Format of events: facts, CloudEvents 1.0 in JSON, or the events of an outbox. */
export type EventFormat = 'facts' | 'cloudevents' | 'events'
