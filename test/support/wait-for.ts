/** Waits until `condition` gives something truthy and returns it; fails with `what` at the deadline. */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const until = Date.now() + deadlineMs
  for (;;) {
    const result = await condition()
    if (result !== undefined && result !== null && result !== false) {
      return result as NonNullable<Exclude<T, false>>
    }
    if (Date.now() > until) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
