import { FollowError } from '../../../src/client'
import { FOLLOW_ERRORS } from '../../../src/client/errors/follow-error'
import { ERRORS, FactsError, describeError, toFactsError } from '../../../src/errors'

describe('an error of the client', () => {
  const error = new FollowError('POSITION_TAKEN', 'Another follower has taken over.')

  test('has a code and a remedy of the product', () => {
    expect(ERRORS).toMatchObject(FOLLOW_ERRORS)
  })

  test('reads as one of the product, with its code', () => {
    expect(describeError(error)).toBe('Another follower has taken over. [POSITION_TAKEN]')
  })

  test('is wrapped with its code and remedy, not with the fallback', () => {
    const known = toFactsError(error, 'SERVICE_FAILED')
    expect(known).toBeInstanceOf(FactsError)
    expect(known).toMatchObject({ code: 'POSITION_TAKEN', remedy: 'halt', cause: error })
  })

  test.each([
    ['another code', { code: 'ECONNREFUSED', remedy: 'halt' }],
    ['a code that is a member of every object', { code: 'toString', remedy: 'halt' }],
    ['another remedy', { code: 'POSITION_TAKEN', remedy: 'retry' }],
    ['no remedy', { code: 'POSITION_TAKEN' }],
  ])('is not what an error with %s is taken for', (_what, said) => {
    expect(toFactsError(Object.assign(new Error('other'), said)).code).toBe('UNEXPECTED')
  })
})
