import type { PortName } from './ports'

/** Nodes of the Kafka cluster, each a service with two ports: a stack has the first one, or all. */
export const KAFKA_NODES = [
  { id: 1, name: 'kafka', port: 'kafka', controllerPort: 'controller' },
  { id: 2, name: 'kafka-2', port: 'kafka2', controllerPort: 'controller2' },
  { id: 3, name: 'kafka-3', port: 'kafka3', controllerPort: 'controller3' },
] as const satisfies readonly {
  readonly id: number
  readonly name: string
  readonly port: PortName
  readonly controllerPort: PortName
}[]
