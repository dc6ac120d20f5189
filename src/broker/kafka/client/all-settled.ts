/**
 * The results of all of them, or the first failure, once none is in flight: the response of a request that outlives its call
 * would arrive in the next one.
 */
export async function allSettled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(promises)).map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
