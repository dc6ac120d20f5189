/**
 * What all of them resolve with, or the first failure, told when none is on its way any more: a request that outlives
 * the call that made it would be answered into the next one.
 */
export async function allSettled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(promises)).map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
