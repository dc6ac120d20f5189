import original from 'kafkajs/src/protocol/requests/joinGroup/v5/request'
import { instanceOf } from '../static-members'

/** Wraps protocol/requests/joinGroup/v5/request.js: adds the id of a static member. */
function request(fields: Parameters<typeof original>[0]): ReturnType<typeof original> {
  return original({ ...fields, groupInstanceId: instanceOf(fields.groupId) ?? null })
}

export = request
