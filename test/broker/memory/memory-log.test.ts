import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { describeChangingTopics } from '../../contract/changing-topics-contract'
import { describeLogContract } from '../../contract/log-contract'

const broker = new MemoryBroker()

describeLogContract('The in-memory log', () => ({
  first: new MemoryLog(broker),
  second: new MemoryLog(broker),
}))

describeChangingTopics('The in-memory log', () => ({
  first: new MemoryLog(broker),
  second: new MemoryLog(broker),
  addPartitions: (topic, partitions) => {
    broker.addPartitions(topic, partitions)
    return Promise.resolve()
  },
  deleteTopic: (topic) => {
    broker.deleteTopic(topic)
    return Promise.resolve()
  },
  compact: (topic) => {
    broker.compact(topic)
    return Promise.resolve()
  },
}))
