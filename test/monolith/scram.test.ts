import { scramVerifier } from '../../monolith/scram'

test('gives the keys of the example in RFC 7677', () => {
  // Section 3: user "user", password "pencil"; the keys as PostgreSQL stores them for that salt.
  expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$' +
      'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
})

test('uses a new salt every time', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'))
})

test.each(['', 'pässword'])('refuses %j, which would need normalising', (password) => {
  expect(() => scramVerifier(password)).toThrow('printable ASCII')
})
