import { failedFinding } from '../../dev-stack/machine/finding'
import type { Finding } from '../../dev-stack/machine/finding'

/** Milliseconds that all the checks of one service may take together. */
const DEADLINE = 15_000

/** Runs one service's checks; any error, or no answer in time, becomes a finding. */
export async function check(
  name: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      resolve([
        failedFinding(name, `No answer within ${DEADLINE / 1000} seconds. Look at its log.`),
      ])
    }, DEADLINE)
  })
  try {
    return await Promise.race([look(), late])
  } catch (error) {
    return [failedFinding(name, error)]
  } finally {
    clearTimeout(timer)
  }
}
