import type { Topology } from '../topology/topology'
import type { DriveTopologyOptions } from './driver'
import { Driver } from './driver'
import { MemorySchemaStore } from './memory-schema-store'

/**
 * Runs a topology of processors of one's own as `drive` runs facts: its sources take changes or any other records (`write`),
 * and `read` gives what is on its sinks' topics. Stop it after the test.
 */
export function driveTopology(topology: Topology, options: DriveTopologyOptions = {}): Driver {
  const schemas = { files: {}, messages: {}, enums: {} }
  return new Driver([], topology, { schemas, store: new MemorySchemaStore() }, options)
}
