import type { AppSpec } from '../../src'
import { defineApp } from '../../src'
import { schemas } from '../../src/wildapp/gen/schemas'
import { primary } from '../../src/wildapp/facts/primary'

/*
 * What an application that is declared has, and which declarations are refused.
 */
const SPEC: AppSpec = { name: 'shop', facts: [primary], schemas }

test('an application is named once: dead letters and connector are named after it', () => {
  const { deadLetters, connector } = defineApp(SPEC)
  expect({ deadLetters, connector }).toEqual({
    deadLetters: 'shop.dead-letters',
    connector: 'connectors/shop.json',
  })
})

test('names that are declared are kept', () => {
  const names = { deadLetters: 'shop.bad', connector: 'cdc.json' }
  expect(defineApp({ ...SPEC, ...names })).toMatchObject(names)
})

const fields = { type: 'type', payload: 'payload', subscriber: 'subscriber', patchOf: 'patchOf' }

test.each([
  [{ name: 'My Shop' }, 'its name is "My Shop", not lower-case letters, digits and dashes'],
  [{ facts: [] }, 'it has no fact'],
  [{ facts: [primary, primary] }, 'it has two facts named wildapp.primary'],
  [
    { outbox: { fact: 'shop.event', fields } },
    'its outbox is "shop.event", which is not one of its facts (wildapp.primary)',
  ],
])('a declaration is refused with the reason: %j', (wrong, reason) => {
  expect(() => defineApp({ ...SPEC, ...wrong })).toThrow(reason)
})
