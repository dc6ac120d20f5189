type Undo = () => Promise<unknown>

/** Actions to undo, last first. A start that finishes after the cleanup began is undone immediately. */
export class Cleanup {
  private readonly steps: Undo[] = []
  private readonly starting = new Set<Promise<unknown>>()

  add(step: Undo): void {
    this.steps.push(step)
  }

  /** Awaits a start; after its success `stop` undoes it. */
  async own<T>(start: Promise<T>, stop: (it: T) => Promise<unknown>): Promise<T> {
    const started = start.then((it) => {
      this.add(() => stop(it))
      return it
    })
    const settled = started.catch(() => undefined)
    this.starting.add(settled)
    try {
      return await started
    } finally {
      this.starting.delete(settled)
    }
  }

  /** Undoes everything, then throws the first failure. */
  async run(): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    await Promise.all(this.starting)
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step()
      } catch (error) {
        failure ??= { error }
      }
    }
    if (failure !== undefined) throw failure.error
  }
}
