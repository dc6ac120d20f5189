/** Milliseconds between two looks, which come close together first: what is waited for is mostly there soon. */
const LONGEST_PAUSE_MS = 10

/** Waits until `condition` gives something truthy and returns it; fails with `what` at the deadline. */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const until = Date.now() + deadlineMs
  for (let pause = 1; ; pause = Math.min(pause + 1, LONGEST_PAUSE_MS)) {
    const result = await condition()
    if (result !== undefined && result !== null && result !== false) {
      return result as NonNullable<Exclude<T, false>>
    }
    if (Date.now() > until) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
