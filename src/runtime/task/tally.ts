import type { ErrorCode } from '../../errors'
import type { Metrics } from '../../telemetry'

/** Counts of one batch; reported only after its commit, so that redone work does not count twice. */
export class Tally {
  records = 0
  private readonly outputs = new Map<string, number>()
  private readonly extras = new Map<string, number>()
  private readonly drops = new Map<string, Map<string, number>>()
  private readonly notes = new Map<string, Map<string, number>>()
  private readonly deadLetters = new Map<string, Map<ErrorCode, number>>()

  constructor(private readonly topic: string) {}

  output(topic: string): void {
    this.outputs.set(topic, (this.outputs.get(topic) ?? 0) + 1)
  }

  /** Outputs of one record beyond the first. */
  extra(processor: string, count: number): void {
    this.extras.set(processor, (this.extras.get(processor) ?? 0) + count)
  }

  drop(processor: string, reason: string): void {
    increment(this.drops, processor, reason)
  }

  note(processor: string, what: string): void {
    increment(this.notes, processor, what)
  }

  deadLetter(processor: string, code: ErrorCode): void {
    increment(this.deadLetters, processor, code)
  }

  report(metrics: Metrics): void {
    metrics.records.inc({ topic: this.topic }, this.records)
    for (const [topic, count] of this.outputs) metrics.facts.inc({ topic }, count)
    for (const [processor, count] of this.extras) metrics.extraFacts.inc({ processor }, count)
    for (const [processor, reasons] of this.drops) {
      for (const [reason, count] of reasons) metrics.drops.inc({ processor, reason }, count)
    }
    for (const [processor, notes] of this.notes) {
      for (const [note, count] of notes) metrics.notes.inc({ processor, note }, count)
    }
    for (const [processor, codes] of this.deadLetters) {
      for (const [code, count] of codes) metrics.deadLetters.inc({ processor, code }, count)
    }
  }
}

function increment<K>(counts: Map<string, Map<K, number>>, processor: string, key: K): void {
  let inner = counts.get(processor)
  if (inner === undefined) counts.set(processor, (inner = new Map<K, number>()))
  inner.set(key, (inner.get(key) ?? 0) + 1)
}
