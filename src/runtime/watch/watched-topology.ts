import type { Topology } from '../../topology/topology'
import type { Patience } from './watched-log'
import type { Waits } from './waits'

/** The topology with a deadline for its sinks' requests to the schema registry. */
export function watchedTopology(
  topology: Topology,
  waits: Waits,
  { requestMs }: Patience,
): Topology {
  const sinks = topology.sinks.map((sink) => ({
    ...sink,
    prepare: () =>
      waits.during(
        {
          what: 'the schema registry',
          at: { topic: sink.topic },
          deadlineMs: requestMs,
          code: 'REGISTRY_UNAVAILABLE',
        },
        () => sink.prepare(),
      ),
  }))
  return { ...topology, sinks }
}
