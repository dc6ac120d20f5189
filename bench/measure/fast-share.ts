import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOptions } from '../peers/peer'

/** What a user's line does; less would measure a way that no user's records take. */
const LEAST = 0.99

/** The share of records that a running pipeline decoded in the fast lane. Throws when it is too low to be measured. */
export async function fastShare({ applicationId, folder }: RunOptions): Promise<number> {
  const log = readFileSync(join(folder, `${applicationId}.log`), 'utf8')
  const url = /"url":"(http:[^"]+)"/.exec(log)?.[1]
  if (url === undefined) throw new Error('The pipeline did not log the address of its metrics.')
  const answer = await fetch(`${url}/metrics`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`The pipeline does not answer with its metrics: ${text}`)
  return shareIn(text)
}

export function shareIn(metrics: string): number {
  const count = (lane: string): number =>
    Number(new RegExp(`^facts_decoded_total\\{lane="${lane}"\\} (\\S+)$`, 'm').exec(metrics)?.[1])
  const share = count('fast') / (count('fast') + count('exact'))
  if (share >= LEAST) return share
  throw new Error(
    `Only ${(100 * share).toFixed(2)} % of the records were decoded in the fast lane, less than ${100 * LEAST} %: the input is not what the connector writes, or the decoder does not learn it.`,
  )
}
