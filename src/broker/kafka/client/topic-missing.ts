import { FactsError } from '../../../errors'

export function topicMissing(topic: string): FactsError {
  const message = 'The topic does not exist. It was deleted, or never created; see "facts doctor".'
  return new FactsError('TOPIC_MISSING', message, { topic })
}
