import { capturedTopic } from '../../src/table/shape/captured-topic'

test.each([
  ['monolith.public.wildapp_primary', ['monolith', 'public', 'wildapp_primary']],
  ['eu.monolith.public.wildapp_primary', ['eu.monolith', 'public', 'wildapp_primary']],
])('%s is named after its connector, schema and table', (topic, [connector, schema, table]) => {
  expect(capturedTopic(topic)).toEqual({ connector, schema, table })
})
