import original from 'kafkajs/src/protocol/requests/heartbeat/v3/request'
import { instanceOf } from '../static-members'

/** Wraps protocol/requests/heartbeat/v3/request.js: adds the id of a static member. */
function request(fields: Parameters<typeof original>[0]): ReturnType<typeof original> {
  return original({ ...fields, groupInstanceId: instanceOf(fields.groupId) ?? null })
}

export = request
