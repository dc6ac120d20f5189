import type { ProducerTransaction } from '../../../src/broker/ports'
import { TransactionWriter } from '../../../src/runtime/commit/transaction'

/** Steps that were asked for, in their order; the one named `failing` fails. */
function recorder(failing?: string): {
  readonly steps: string[]
  readonly writer: TransactionWriter
} {
  const steps: string[] = []
  const step = <T>(name: string, result: T): Promise<T> => {
    steps.push(name)
    return name === failing ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve(result)
  }
  const transaction: ProducerTransaction = {
    send: () => step('send', []),
    commitOffsets: () => step('offsets', undefined),
    commit: () => step('commit', undefined),
    abort: () => step('abort', undefined),
  }
  return { steps, writer: new TransactionWriter(transaction) }
}

const record = { topic: 't', partition: 0, key: null, value: null, timestamp: 1n, headers: {} }
const offset = { topic: 'in', partition: 0, offset: 1n, metadata: '' }

test('a commit follows the records and the offset', async () => {
  const { steps, writer } = recorder()
  writer.commitOffset('group', offset)
  writer.add(record)
  await writer.commit()
  expect(steps.at(-1)).toBe('commit')
  expect([...steps].sort()).toEqual(['commit', 'offsets', 'send'])
})

test.each(['send', 'offsets'])('after %s has failed nothing is committed', async (failing) => {
  const { steps, writer } = recorder(failing)
  writer.commitOffset('group', offset)
  writer.add(record)
  await expect(writer.commit()).rejects.toThrow(`${failing} failed`)
  expect(steps).not.toContain('commit')
})

test('an abort ends the transaction, and what was not sent yet stays unsent', async () => {
  const { steps, writer } = recorder()
  writer.commitOffset('group', offset)
  writer.add(record)
  await writer.abort()
  expect(steps).toEqual(['offsets', 'abort'])
})

test('after a failure nothing more is asked of the transaction, not even to abort: what failed may still arrive', async () => {
  const { steps, writer } = recorder('offsets')
  writer.commitOffset('group', offset)
  await writer.abort()
  expect(steps).toEqual(['offsets'])
})
