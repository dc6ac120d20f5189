/** Whether the work ended in so many milliseconds; throws what it failed with. What is late is left to itself. */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  try {
    work.catch(() => undefined)
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
