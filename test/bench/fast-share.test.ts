import { shareIn } from '../../bench/measure/fast-share'
import { Metrics } from '../../src/telemetry'

const metrics = async (fast: number, exact: number): Promise<string> => {
  const one = new Metrics()
  one.countDecoded([{ fast, exact }])
  return one.registry.metrics()
}

test('a run whose records were decoded in the fast lane is measured', async () => {
  expect(shareIn(await metrics(999, 1))).toBe(0.999)
})

test('a run whose records were parsed whole is refused', async () => {
  const text = await metrics(900, 100)
  expect(() => shareIn(text)).toThrow('Only 90.00 % of the records')
})

test('a run that does not say how it decoded is refused', () => {
  expect(() => shareIn('facts_records_total 1')).toThrow('decoded in the fast lane')
})
