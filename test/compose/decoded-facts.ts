import { sampleApp } from '../support/sample-config'
import type { Config } from '../../src/config/config'
import { schemas } from '../../src/wildapp/gen/schemas'
import type { Log } from '../../src/broker/ports'
import { readAll } from '../../src/broker/read-all'
import { framePrinter } from '../../src/protobuf/serde/frame-printer'
import { SchemaRegistry } from '../../src/protobuf/registry/registry'
import { FACTS } from '../support/running-line'

/** A fact as protobuf JSON. */
export type DecodedFact = Readonly<Record<string, unknown>>

/** Every committed fact so far, decoded with the schemas of the registry. */
export async function decodedFacts(
  log: Log,
  { registry }: Pick<Config, 'registry'>,
): Promise<readonly DecodedFact[]> {
  const records = await readAll(log, [FACTS])
  const types = sampleApp.facts.map(({ to }) => to.type)
  const printer = framePrinter({ types, schemas, store: new SchemaRegistry(registry) })
  await printer.prepareFor(records.map(({ value }) => value))
  return records.map(({ value }) =>
    value === null ? {} : (JSON.parse(printer.print(value)) as DecodedFact),
  )
}
