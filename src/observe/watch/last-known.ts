import type { JsonObject } from '../../protobuf/json/json'

/** The last content of each row or fact that was seen, for the newest of them. */
export class LastKnown {
  private readonly contents = new Map<string, JsonObject>()

  constructor(private readonly limit = 10_000) {}

  get(name: string): JsonObject | undefined {
    return this.contents.get(name)
  }

  /** Undefined forgets it. */
  set(name: string, content: JsonObject | undefined): void {
    this.contents.delete(name)
    if (content === undefined) return
    this.contents.set(name, content)
    const [oldest] = this.contents.keys()
    if (this.contents.size > this.limit && oldest !== undefined) this.contents.delete(oldest)
  }

  clear(): void {
    this.contents.clear()
  }
}
