import type { FactMessage } from '../../src/fact/declare/fact-topic'
import type { OutboxFields } from '../../src/fact/declare/outbox-fields'
import type { MessageType } from '../../src/protobuf/message/message-type'

/** What the topic holds. */
export interface FactForm {
  readonly feed: string
  readonly topic: string
  readonly table: string
  readonly fullName: string
  readonly type: MessageType<FactMessage>
  readonly outbox?: OutboxFields
  readonly indexes?: readonly string[]
}
