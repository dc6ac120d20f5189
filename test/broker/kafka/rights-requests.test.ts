import { topicRights } from '../../../src/broker/kafka/requests/metadata-v8'
import { unknownHeartbeat, unknownTransaction } from '../../../src/broker/kafka/requests/refusable'
import type { ProtocolRequest } from '../../../src/broker/kafka/kafkajs/protocol-request'

/* By hand, after the message definitions of Kafka (MetadataRequest.json and others); acls.test.ts asks a broker. */

const text = (value: string): string =>
  Buffer.byteLength(value).toString(16).padStart(4, '0') + Buffer.from(value).toString('hex')
const int32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

async function bytesOf({ request }: Pick<ProtocolRequest<unknown>, 'request'>): Promise<string> {
  return (await request.encode()).buffer.toString('hex')
}

test('topics are asked for their rights without making any', async () => {
  const expected = `${int32(2)}${text('a')}${text('bé')}000101`
  expect(await bytesOf(topicRights(['a', 'bé']))).toBe(expected)
  expect(await bytesOf(topicRights([]))).toBe(`${int32(0)}000101`)
})

test('the rights on each topic and the cluster are read after brokers and partitions', () => {
  const broker = `${int32(1)}${text('host')}${int32(9092)}ffff`
  const partition = `0000${int32(0)}${int32(1)}${int32(5)}${`${int32(1)}${int32(1)}`.repeat(2)}${int32(0)}`
  const known = `0000${text('a')}00${int32(1)}${partition}${int32(0x118)}`
  const refused = `001d${text('b')}00${int32(0)}${int32(-(2 ** 31))}`
  const answer = `${int32(7)}${int32(1)}${broker}${text('cluster')}${int32(1)}${int32(2)}${known}${refused}${int32(0x20)}`
  const { response } = topicRights([])
  expect(response.decode(Buffer.from(answer, 'hex'))).toEqual({
    clientSideThrottleTime: 7,
    body: {
      topics: [
        { code: 0, topic: 'a', operations: 0x118 },
        { code: 29, topic: 'b', operations: -(2 ** 31) },
      ],
      cluster: 0x20,
    },
  })
})

test('groups and transactional ids are checked with ids that no member and no producer has', async () => {
  expect(await bytesOf(unknownHeartbeat('group'))).toBe(
    `${text('group')}ffffffff${text('acl-question')}`,
  )
  expect(await bytesOf(unknownTransaction('id'))).toBe(`${text('id')}${'ff'.repeat(10)}00`)
  const { response } = unknownHeartbeat('group')
  expect(response.decode(Buffer.from('00000003001e', 'hex'))).toEqual({
    clientSideThrottleTime: 3,
    body: 30,
  })
})
