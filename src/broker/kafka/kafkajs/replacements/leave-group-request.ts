import original from 'kafkajs/src/protocol/requests/leaveGroup/v3/request'
import { instanceOf } from '../static-members'

/**
 * Wraps protocol/requests/leaveGroup/v3/request.js: a static member that stops leaves by its instance id, so that others get
 * its partitions immediately.
 */
function request(fields: Parameters<typeof original>[0]): ReturnType<typeof original> {
  const groupInstanceId = instanceOf(fields.groupId) ?? null
  const members = fields.members.map((member) => ({ ...member, groupInstanceId }))
  return original({ ...fields, members })
}

export = request
