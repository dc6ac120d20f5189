const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i
const PORT = /^\d{1,5}$/
const LINK = /^(?:tcp|udp|sctp):\/\/\S+:\d{1,5}$/

/**
 * The variables that Kubernetes sets in each container for a Service, here one whose name begins with "facts", by the ends of
 * their names. `FACTS_FEED_PORT` is one of the Service "facts-feed", and a key of the configuration.
 */
const FORMS: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/_SERVICE_HOST$/, ADDRESS],
  [/_SERVICE_PORT(?:_[A-Z0-9_]+)?$/, PORT],
  [/_PORT$/, LINK],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)$/, LINK],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_PROTO$/, /^(?:tcp|udp|sctp)$/],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_PORT$/, PORT],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_ADDR$/, ADDRESS],
]

/** Whether name and value are what Kubernetes sets for a Service, and not a setting. */
export function isServiceLink(name: string, value: string): boolean {
  return FORMS.some(([names, values]) => names.test(name) && values.test(value))
}
