type Step = () => Promise<unknown>

/** What has to be undone, last first. A thing that finishes starting after the cleanup began is undone at once. */
export class Cleanup {
  private readonly steps: Step[] = []
  private readonly starting = new Set<Promise<unknown>>()

  add(step: Step): void {
    this.steps.push(step)
  }

  /** Awaits the start of something; from its success on it is undone by `stop`. */
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

  /** Undoes everything; the first failure is thrown when all was tried. */
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
