import originalHeartbeat from 'kafkajs/src/protocol/requests/heartbeat/v3/request'
import originalJoinGroup from 'kafkajs/src/protocol/requests/joinGroup/v5/request'
import originalLeaveGroup from 'kafkajs/src/protocol/requests/leaveGroup/v3/request'
import originalSyncGroup from 'kafkajs/src/protocol/requests/syncGroup/v3/request'
import heartbeat from '../../../../src/broker/kafka/kafkajs/replacements/heartbeat-request'
import joinGroup from '../../../../src/broker/kafka/kafkajs/replacements/join-group-request'
import leaveGroup from '../../../../src/broker/kafka/kafkajs/replacements/leave-group-request'
import syncGroup from '../../../../src/broker/kafka/kafkajs/replacements/sync-group-request'
import { joinAs } from '../../../../src/broker/kafka/kafkajs/static-members'

const FIELDS = {
  groupId: 'dynamic',
  memberId: 'member-1',
  sessionTimeout: 10_000,
  rebalanceTimeout: 60_000,
  protocolType: 'consumer',
  groupProtocols: [],
  generationId: 3,
  groupGenerationId: 3,
  groupAssignment: [],
  members: [{ memberId: 'member-1' }],
}
const REQUESTS = [
  ['JoinGroup', originalJoinGroup, joinGroup],
  ['SyncGroup', originalSyncGroup, syncGroup],
  ['Heartbeat', originalHeartbeat, heartbeat],
] as const

const bytes = async (request: { encode: () => Promise<{ buffer: Buffer }> }): Promise<string> =>
  (await request.encode()).buffer.toString('hex')

beforeAll(() => joinAs('static', 'instance-7'))

test.each(REQUESTS)(
  '%s of a dynamic member is what KafkaJS sends',
  async (_name, original, ours) => {
    const groupInstanceId = null
    expect(await bytes(ours(FIELDS))).toBe(await bytes(original({ ...FIELDS, groupInstanceId })))
  },
)

test.each(REQUESTS)('%s of a static member names it', async (_name, original, ours) => {
  const fields = { ...FIELDS, groupId: 'static' }
  const named = original({ ...fields, groupInstanceId: 'instance-7' })
  expect(await bytes(ours(fields))).toBe(await bytes(named))
})

test('a static member that stops leaves by its name, a dynamic one by its member id alone', async () => {
  const members = [{ memberId: 'member-1', groupInstanceId: 'instance-7' }]
  expect(await bytes(leaveGroup({ ...FIELDS, groupId: 'static' }))).toBe(
    await bytes(originalLeaveGroup({ groupId: 'static', members })),
  )
  expect(await bytes(leaveGroup(FIELDS))).toBe(await bytes(originalLeaveGroup(FIELDS)))
})
