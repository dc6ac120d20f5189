import { groupsContract } from './groups-contract'
import { limitsContract } from './limits-contract'
import type { LogUnderTest } from './log-harness'
import { logHarness } from './log-harness'
import { rangesContract } from './ranges-contract'
import { transactionsContract } from './transactions-contract'

/** What every log must do; the in-memory log and Kafka run the same suite. */
export function describeLogContract(name: string, logUnderTest: () => LogUnderTest): void {
  describe(`${name} keeps the contract of a log:`, () => {
    const harness = logHarness(logUnderTest)
    transactionsContract(logUnderTest, harness)
    groupsContract(logUnderTest, harness)
    rangesContract(logUnderTest, harness)
    limitsContract(logUnderTest, harness)
  })
}
