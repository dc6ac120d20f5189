/** Asks until the answer is yes. Throws, naming `what`, after `deadline` milliseconds. */
export async function until(
  what: string,
  deadline: number,
  isSo: () => boolean | Promise<boolean>,
  every = 50,
): Promise<void> {
  const end = Date.now() + deadline
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${deadline / 1_000} s in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
