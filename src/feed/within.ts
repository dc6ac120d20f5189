/** Rejects at the timeout, or when it is aborted; the work itself continues. */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  signal?: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let stop: () => void = () => undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${ms} ms`)), ms)
    stop = () => reject(new Error('stopped'))
    signal?.addEventListener('abort', stop)
    if (signal?.aborted === true) stop()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
