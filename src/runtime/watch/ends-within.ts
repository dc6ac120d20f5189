/** Whether the work ended within the time; throws its error. Late work is abandoned. */
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
