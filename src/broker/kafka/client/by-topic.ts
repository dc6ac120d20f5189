/** Groups entries by topic, as in Kafka's requests, in the order of first appearance. */
export function byTopic<T extends { readonly topic: string }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const topics = new Map<string, T[]>()
  for (const item of items) {
    const known = topics.get(item.topic)
    if (known === undefined) topics.set(item.topic, [item])
    else known.push(item)
  }
  return topics
}
