import type { facts } from '../../gen/messages'
import type { MessageType } from '../../protobuf/message/message-type'

/** Any generated message whose first field is the header. */
export interface FactMessage {
  readonly header: facts.v1.Header | null
}

/** A topic of facts and their message type. */
export interface FactTopic<Message extends FactMessage> {
  readonly name: string
  readonly type: MessageType<Message>
}

export function factTopic<Message extends FactMessage>(
  name: string,
  type: MessageType<Message>,
): FactTopic<Message> {
  return { name, type }
}
