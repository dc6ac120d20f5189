import type { Seen } from '../../src/observe/watch/seen'
import { Pairing } from '../../src/observe/watch/pairing'

const seen = (pair: string, at = 0): Seen => ({ pair, at })

test('a change and its fact meet, whichever comes first', () => {
  const pairing = new Pairing<Seen, Seen>(1_000)
  expect(pairing.change(seen('a'))).toBeUndefined()
  expect(pairing.fact(seen('a', 5))).toEqual({ change: seen('a'), fact: seen('a', 5) })
  expect(pairing.fact(seen('b'))).toBeUndefined()
  expect(pairing.change(seen('b', 5))).toEqual({ change: seen('b', 5), fact: seen('b') })
})

test('what has waited too long for its other half is shown alone, once', () => {
  const pairing = new Pairing<Seen, Seen>(1_000)
  pairing.change(seen('a', 0))
  pairing.fact(seen('b', 500))
  expect(pairing.expired(999)).toEqual([])
  expect(pairing.expired(1_000)).toEqual([{ change: seen('a', 0), fact: undefined }])
  expect(pairing.expired(1_500)).toEqual([{ change: undefined, fact: seen('b', 500) }])
  expect(pairing.expired(9_999)).toEqual([])
})
