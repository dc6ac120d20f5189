const INSTANCES = new Map<string, string>()

/**
 * Makes this process a static member of the group (KIP-345): its partitions wait for it when it is killed and started
 * again under the same name, instead of being given to others after the session timeout. KafkaJS speaks the protocol
 * but has no setting for it, so the requests ask here.
 */
export function joinAs(groupId: string, instanceId: string): void {
  INSTANCES.set(groupId, instanceId)
}

/** Undefined for a dynamic member. */
export function instanceOf(groupId: string): string | undefined {
  return INSTANCES.get(groupId)
}
