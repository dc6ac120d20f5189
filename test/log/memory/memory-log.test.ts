import { MemoryBroker } from '../../../src/log/memory/memory-broker'
import { MemoryLog } from '../../../src/log/memory/memory-log'
import { describeLogContract } from '../../contract/log-contract'

const broker = new MemoryBroker()

describeLogContract('The in-memory log', () => ({
  first: new MemoryLog(broker),
  second: new MemoryLog(broker),
}))
