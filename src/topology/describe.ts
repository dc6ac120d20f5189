import type { Topology } from './topology'

/** The topology as text, in the manner of Kafka Streams' TopologyDescription. */
export function describeAsText(topology: Topology): string {
  const lines: string[] = ['Topology']
  for (const source of topology.sources) {
    lines.push(`  Source: ${source.name} (topic: ${source.topic})`)
    for (const processor of topology.processors.filter((node) => node.source === source.name)) {
      lines.push(`    Processor: ${processor.name}`)
      for (const name of processor.tables) {
        const table = topology.globalTables.find((node) => node.name === name)
        lines.push(`      lookup: ${name} (global table, topic: ${table?.topic ?? '?'})`)
      }
      for (const name of processor.stores) lines.push(`      state: ${name} (changelog)`)
      for (const name of processor.sinks) {
        const sink = topology.sinks.find((node) => node.name === name)
        lines.push(`      --> Sink: ${name} (topic: ${sink?.topic ?? '?'})`)
      }
      lines.push(`      --x Dead letters (topic: ${topology.deadLetters})`)
    }
  }
  return lines.join('\n')
}

/** The topology as a mermaid flowchart, without the fence. */
export function describeAsMermaid(topology: Topology): string {
  const lines = ['flowchart LR']
  const id = (kind: string, name: string): string => `${kind}_${name.replace(/[^A-Za-z0-9]/g, '_')}`
  for (const source of topology.sources) {
    lines.push(`  ${id('source', source.name)}[("${source.topic}")]`)
  }
  for (const table of topology.globalTables) {
    lines.push(`  ${id('table', table.name)}[("${table.topic}")]`)
  }
  for (const processor of topology.processors) {
    const node = id('processor', processor.name)
    lines.push(`  ${node}["${processor.name}"]`)
    lines.push(`  ${id('source', processor.source)} --> ${node}`)
    for (const table of processor.tables)
      lines.push(`  ${id('table', table)} -. lookup .-> ${node}`)
    for (const sink of processor.sinks) lines.push(`  ${node} --> ${id('sink', sink)}`)
    lines.push(`  ${node} -- bad record --> dead_letters`)
  }
  for (const sink of topology.sinks) lines.push(`  ${id('sink', sink.name)}[("${sink.topic}")]`)
  lines.push(`  dead_letters[("${topology.deadLetters}")]`)
  return lines.join('\n')
}
