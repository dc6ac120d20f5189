const SHOW_EVERY = 2_000

/** Lines about the progress, for a person who waits. */
export class Progress {
  private shownAt = 0
  private readonly startedAt = Date.now()

  say(text: string): void {
    process.stderr.write(`${this.clock()} ${text}\n`)
  }

  /** Shown now and then. */
  update(what: string, count: number, of: number): void {
    if (Date.now() - this.shownAt < SHOW_EVERY) return
    this.shownAt = Date.now()
    this.say(`${what}: ${Math.floor((100 * count) / of)} % (${count.toLocaleString('en')})`)
  }

  done(what: string, result: string): void {
    this.shownAt = 0
    this.say(`${what}: ${result}`)
  }

  private clock(): string {
    const seconds = Math.floor((Date.now() - this.startedAt) / 1_000)
    return `[${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}]`
  }
}
