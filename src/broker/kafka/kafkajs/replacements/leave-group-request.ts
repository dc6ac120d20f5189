import original from 'kafkajs/src/protocol/requests/leaveGroup/v3/request'
import { instanceOf } from '../static-members'

/**
 * Stands for protocol/requests/leaveGroup/v3/request.js and wraps it: a static member that stops leaves by its name, so
 * that others get its partitions at once.
 */
function request(fields: Parameters<typeof original>[0]): ReturnType<typeof original> {
  const groupInstanceId = instanceOf(fields.groupId) ?? null
  const members = fields.members.map((member) => ({ ...member, groupInstanceId }))
  return original({ ...fields, members })
}

export = request
