import original from 'kafkajs/src/protocol/requests/syncGroup/v3/request'
import { instanceOf } from '../static-members'

/** Stands for protocol/requests/syncGroup/v3/request.js and wraps it: names the static member, if this is one. */
function request(fields: Parameters<typeof original>[0]): ReturnType<typeof original> {
  return original({ ...fields, groupInstanceId: instanceOf(fields.groupId) ?? null })
}

export = request
