import type { PipelineProcess } from '../support/pipeline-process'
import { ChangingRows } from './changing-rows'
import { NetworkLine } from './network-line'

/** A line for the tests of a file, and rows that keep changing for each of them. */
export function onNetworkLine(use: (network: NetworkLine, rows: ChangingRows) => void): void {
  let network: NetworkLine
  let rows: ChangingRows
  let tests = 0
  beforeAll(async () => {
    network = await NetworkLine.start()
  }, 300_000)
  beforeEach(async () => {
    tests += 1
    rows = await ChangingRows.start(network.line, tests * 1_000)
    use(network, rows)
  })
  afterEach(async () => {
    await rows.stop()
    await network.clear()
  }, 120_000)
  afterAll(() => network.stop(), 60_000)
}

/** How often tasks resumed at the committed offset, because the outcome of a transaction was unknown. */
export const restores = (pipeline: PipelineProcess): Promise<number> =>
  pipeline.counted('facts_task_restores_total')

/** Figures for docs/faults.md. */
export const note = (what: string, milliseconds: number): void =>
  void process.stdout.write(`${what} ${(milliseconds / 1_000).toFixed(1)} s\n`)
