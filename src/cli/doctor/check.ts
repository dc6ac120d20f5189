import { failedFinding } from '../../dev-stack/finding'
import type { Finding } from '../../dev-stack/finding'

/** Milliseconds that one service has for all its answers. */
const DEADLINE = 15_000

/** Runs one service's checks; whatever they throw, or no answer in time, becomes a finding. */
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
