import { outcome } from '../../table/outcome'
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import type { LookupMap } from '../../../src/fact/declare/lookup'
import { lookup } from '../../../src/fact/declare/lookup'
import { wildapp } from '../../../src/wildapp/gen/messages'
import { primaryTable } from '../../../src/wildapp/tables/primary'
import { secondaryTable } from '../../../src/wildapp/tables/secondary'
import { tertiaryTable } from '../../../src/wildapp/tables/tertiary'

/** As JavaScript calls it: nothing was compiled. */
const define = (spec: { readonly join?: LookupMap; readonly toast?: object }): unknown =>
  (defineFact as unknown as (it: object) => unknown)({
    name: 'shop.order',
    from: primaryTable,
    key: () => ({}),
    map: () => ({}),
    to: factTopic('shop.order.facts', wildapp.primary.v1.Primary),
    ...spec,
  })
const find = lookup as unknown as (...args: readonly unknown[]) => LookupMap[string]

test.each([
  [
    'a lookup',
    { join: { secondary: find(secondaryTable, 'secondry_id') } },
    'Column "secondry_id", by which "secondary" is looked up, does not exist in monolith.public.wildapp_primary. Did you mean "secondary_id"?',
  ],
  [
    'a nested lookup',
    {
      join: {
        secondary: find(secondaryTable, 'secondary_id', {
          tertiary: find(tertiaryTable, 'nothing_like_it'),
        }),
      },
    },
    'Column "nothing_like_it", by which "tertiary" is looked up, does not exist in monolith.public.wildapp_secondary.',
  ],
  [
    'a policy',
    { toast: { nots: 'heal' } },
    'Column "nots", of "toast", does not exist in monolith.public.wildapp_primary. Did you mean "notes"?',
  ],
])('%s by a column that its table does not have is refused', (_, spec, message) => {
  expect(outcome(() => define(spec))).toMatchObject({
    code: 'TOPOLOGY_INVALID',
    message: `The fact shop.order is not valid: ${message}`,
  })
})

test('columns that are there are accepted', () => {
  expect(() =>
    define({
      join: {
        secondary: find(secondaryTable, 'secondary_id', {
          tertiary: find(tertiaryTable, 'tertiary_id'),
        }),
      },
      toast: { notes: 'absent' },
    }),
  ).not.toThrow()
})
