import type { ConnectorSettings } from './connector-settings'
import type { Unwrap } from './unwrap'
import { unwrapOf } from './unwrap'

const UNWRAP = 'io.debezium.transforms.ExtractNewRecordState'

/** Transforms that change headers or the names of schemas only. */
const HARMLESS = new Set([
  'org.apache.kafka.connect.transforms.InsertHeader',
  'org.apache.kafka.connect.transforms.SetSchemaMetadata',
  'io.debezium.transforms.SchemaChangeEventFilter',
  'io.debezium.transforms.tracing.ActivateTracingSpan',
])

/** Transforms that change the names of topics; one adds to the key what no table declares. */
const ROUTERS = new Set([
  'org.apache.kafka.connect.transforms.RegexRouter',
  'org.apache.kafka.connect.transforms.TimestampRouter',
  'io.debezium.transforms.ByLogicalTableRouter',
])

/** Transforms that leave records out. */
const FILTERS = new Set([
  'org.apache.kafka.connect.transforms.Filter',
  'io.debezium.transforms.Filter',
  'io.debezium.transforms.ContentBasedRouter',
])

export interface Transforms {
  readonly unwrap: Unwrap | undefined
  /** Whether topics may have other names than `prefix.schema.table`. */
  readonly isRouted: boolean
  /** Names of those that leave records out. */
  readonly filters: readonly string[]
  readonly faults: readonly string[]
}

/** What the connector's `transforms` make of its records. */
export function transformsOf(settings: ConnectorSettings): Transforms {
  const names = (settings['transforms'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const faults: string[] = []
  const filters: string[] = []
  let unwrap: Unwrap | undefined
  let isRouted = false
  for (const name of names) {
    const type = (settings[`transforms.${name}.type`] ?? '').replace(/\$(?:Key|Value)$/, '')
    if (HARMLESS.has(type)) continue
    if (ROUTERS.has(type)) isRouted = true
    else if (FILTERS.has(type)) filters.push(name)
    else if (type === UNWRAP) {
      const found = unwrapOf(settings, name)
      if (typeof found === 'string') faults.push(found)
      else unwrap = found
    } else {
      faults.push(
        type === ''
          ? `transforms has "${name}", but there is no transforms.${name}.type; add it, or remove the name`
          : `the transform ${name} (${type}) changes records in a way that is not known here; remove it from the connector's "transforms"`,
      )
    }
  }
  return { unwrap, isRouted, filters, faults }
}
