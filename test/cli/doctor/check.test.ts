import { check } from '../../../src/cli/doctor/check'
import { FactsError } from '../../../src/errors'

test('findings pass through', async () => {
  const findings = [{ name: 'kafka', status: 'ok', detail: 'there' }] as const
  await expect(check('kafka', () => Promise.resolve(findings))).resolves.toEqual(findings)
})

test('an error becomes a failure: the first sentence is what happened, the rest what to do', async () => {
  const error = new FactsError(
    'BROKER_UNAVAILABLE',
    'No answer at a.b:1, c.d:2. Start it. Or wait.',
  )
  await expect(check('kafka', () => Promise.reject(error))).resolves.toEqual([
    {
      name: 'kafka',
      status: 'fail',
      detail: 'No answer at a.b:1, c.d:2',
      remedy: 'Start it. Or wait.',
    },
  ])
})

test('an error that says not what to do refers to the page of errors', async () => {
  await expect(check('kafka', () => Promise.reject(new Error('broken')))).resolves.toEqual([
    {
      name: 'kafka',
      status: 'fail',
      detail: 'broken',
      remedy: 'See UNEXPECTED in docs/reference/errors.md.',
    },
  ])
})
