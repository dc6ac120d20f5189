import { facts } from '../src/gen/messages'
import { wildapp } from '../src/wildapp/gen/messages'

const { Status, Region } = wildapp.primary.v1

/** A Primary fact of about 700 bytes with every part filled, as the seed makes them; `number` varies it. */
export function primarySample(number: number): wildapp.primary.v1.Primary {
  const id = BigInt(number) * 7919n
  const time = { seconds: 1_790_000_000n + BigInt(number), nanos: 678_901_000 }
  return {
    header: {
      id: `monolith:wildapp_primary:${number}:${number * 3}`,
      kind: facts.v1.Kind.KIND_UPDATED,
      subject: id.toString(),
      revision: BigInt(number % 9) + 1n,
      time,
      source: {
        connector: 'monolith',
        database: 'wildapp',
        schema: 'public',
        table: 'wildapp_primary',
        lsn: 26_000_000_000n + BigInt(number) * 312n,
        transactionId: 1_000_000n + BigInt(number),
        transactionOrder: 1n,
        snapshot: false,
      },
      unavailable: [],
      movedFrom: '',
      movedTo: '',
    },
    id,
    secondaryId: id + 1n,
    title: `Handcrafted Bronze Keyboard ${number}`,
    status: Status.STATUS_ACTIVE,
    serialNumber: 9_007_199_254_740_993n + BigInt(number),
    amount: `${number}.1200`,
    quantity: number % 500,
    score: number / 7,
    verified: number % 2 === 0,
    notes:
      number % 4 === 0
        ? null
        : 'The quick brown fox jumps over the lazy dog, twice a day at noon. '.repeat(2),
    externalId: '3f2b8c1e-7d4a-4b6e-9c0f-5a1d2e3f4b5c',
    happenedAt: '2026-01-02T03:04:05.678901',
    dueOn: '2026-01-02',
    remindAt: '03:04:05',
    leadTime: 'P0Y0M1DT2H3M0S',
    attributes: `{"color": "magenta", "size": ${number}, "tags": ["a", "b"]}`,
    labels: ['alpha', 'beta', 'gamma'],
    fingerprint: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
    createdAt: time,
    updatedAt: time,
    secondary: {
      id: id + 1n,
      name: 'Kulas, Renner and Block',
      code: 'KRB-0042',
      rating: '4.50',
      tags: ['retail', 'northern'],
      settings: '{"theme": "dark"}',
      active: true,
      tertiary: {
        id: '0b8f4c6a-2d1e-4f3b-8a7c-6e5d4c3b2a19',
        name: 'Zürich Nord',
        region: Region.REGION_NORTH,
        foundedOn: '1998-07-01',
        opensAt: '08:30:00',
      },
    },
  }
}
