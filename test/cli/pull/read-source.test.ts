import { readSource } from '../../../src/cli/pull/pull-app'

test('an address without a host is refused with the form that it needs, and without its password', async () => {
  const reading = readSource('postgres://me:s3cret@/shop', 'shop')
  await expect(reading).rejects.toThrow(
    'That is no address of a database: expected postgres://user:password@host:port/database',
  )
  await expect(reading).rejects.not.toThrow('s3cret')
})
