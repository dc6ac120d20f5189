test('a promise carries no storage of the test files before', () => {
  const stores = Object.getOwnPropertySymbols(Promise.resolve()).filter(
    ({ description }) => description === 'kResourceStore',
  )
  expect(stores.length).toBeLessThanOrEqual(1)
})
