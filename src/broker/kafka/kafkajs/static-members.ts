const INSTANCES = new Map<string, string>()

/**
 * Makes this process a static member of the group (KIP-345): its partitions stay assigned when it is killed and restarted
 * with the same instance id within the session timeout. KafkaJS supports the protocol but has no setting for it, so the
 * requests look it up here.
 */
export function joinAs(groupId: string, instanceId: string): void {
  INSTANCES.set(groupId, instanceId)
}

/** Undefined for a dynamic member. */
export function instanceOf(groupId: string): string | undefined {
  return INSTANCES.get(groupId)
}
