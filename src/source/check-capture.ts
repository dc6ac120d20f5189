import { commandLine } from '../command-line'
import type { CatalogTable } from './catalog'
import { topicOf } from './catalog'
import type { Examined } from './capture-rules'
import { HEARTBEAT, declarationOf, isInSnapshot, nameOf } from './capture-rules'
import { identifier } from './check-identity'
import type { SourceFinding } from './source-finding'

/** Whether the tables reach their topics: published, matched by the connector's lists, readable, partitions by their root. */
export function checkCapture(examined: Examined): readonly SourceFinding[] {
  return [
    ...partitions(examined),
    ...examined.catalog.tables.flatMap((table) => [
      ...published(table, examined),
      ...readable(table, examined),
    ]),
    ...oneTopic(examined),
  ]
}

/** Roots whose changes go to the topics of their partitions. */
function partitions({ catalog, capture }: Examined): readonly SourceFinding[] {
  const leaves = catalog.tables.filter(({ isPublished, root }) => isPublished && root !== null)
  const roots = new Map(leaves.map(({ root }) => [root, leaves.filter((l) => l.root === root)]))
  const name = identifier(capture.publication)
  return [...roots].flatMap(([root, parts]): readonly SourceFinding[] => {
    const found = catalog.tables.find(({ quoted }) => quoted === root)
    if (root === null || found === undefined || found.isPublished) return []
    return [
      {
        rule: 'partitions',
        status: 'fail',
        where: root,
        what: `is partitioned and published by its partitions (${parts.map(({ quoted }) => quoted).join(', ')}), so its changes go to topics of theirs`,
        remedy: `ALTER PUBLICATION ${name} SET (publish_via_partition_root = true); ALTER PUBLICATION ${name} ADD TABLE ${root}; GRANT SELECT ON TABLE ${root} TO ${identifier(capture.role)}; If the second reports that it is already a member, ignore that. Then ${commandLine('register-connector')}; for the changes that were missed: facts resync --all.`,
      },
    ]
  })
}

function published(table: CatalogTable, examined: Examined): readonly SourceFinding[] {
  const { capture, catalog } = examined
  const declaration = declarationOf(table, examined)
  const { quoted, isPublished, publishedColumns } = table
  const name = identifier(capture.publication)
  const resync = 'then, for the changes that were missed: facts resync --all.'
  if (!isPublished) {
    if (declaration === undefined || hasPublishedLeaf(table, examined)) return []
    return [
      {
        rule: 'not-published',
        status: 'fail',
        where: quoted,
        what: `is not in the publication ${capture.publication}, so its changes do not become facts`,
        remedy: `ALTER PUBLICATION ${name} ADD TABLE ${quoted}; GRANT SELECT ON TABLE ${quoted} TO ${identifier(capture.role)}; Then ${commandLine('register-connector')}; ${resync}`,
      },
    ]
  }
  const findings: SourceFinding[] = []
  const isLeftOut =
    capture.include?.matches(nameOf(table)) === false && capture.include.unknown.length === 0
  if (isLeftOut && table.name !== HEARTBEAT) {
    findings.push({
      rule: 'not-captured',
      status: declaration === undefined ? 'warn' : 'fail',
      where: quoted,
      what: 'is published but not matched by table.include.list, so the connector skips its changes',
      remedy: `Add it to table.include.list in the connector file and run ${commandLine('register-connector')}; ${resync}`,
    })
  }
  const missing = table.columns
    .filter(({ generated }) => generated === 'no')
    .filter(({ name: column }) => publishedColumns?.includes(column) === false)
    .filter((column) => declaration?.columns.some((one) => one.name === column.name))
  if (missing.length > 0 && catalog.publication !== undefined) {
    findings.push({
      rule: 'column-list',
      status: 'fail',
      where: quoted,
      what: `is published without its columns ${missing.map((column) => column.quoted).join(', ')}, which are declared`,
      remedy: `BEGIN; ALTER PUBLICATION ${name} DROP TABLE ${quoted}; ALTER PUBLICATION ${name} ADD TABLE ${quoted}; COMMIT; Then, for ${resync}`,
    })
  }
  return findings
}

function hasPublishedLeaf({ quoted }: CatalogTable, { catalog }: Examined): boolean {
  return catalog.tables.some(({ root, isPublished }) => root === quoted && isPublished)
}

/** A snapshot that may not read one table restarts repeatedly, while the status is RUNNING. */
function readable(table: CatalogTable, examined: Examined): readonly SourceFinding[] {
  const { capture } = examined
  if (!isInSnapshot(table, capture) || !readsIt(table, examined)) return []
  const { quoted, isReadable, hidesRows, schema } = table
  const role = identifier(capture.role)
  const findings: SourceFinding[] = []
  if (isReadable === false) {
    const unwanted = table.isPublished
      ? ''
      : ' Or, if it should not be captured, exclude it from table.include.list or snapshot.include.collection.list in the connector file.'
    findings.push({
      rule: 'not-readable',
      status: 'fail',
      where: quoted,
      what: `is part of the snapshot but ${capture.role} may not SELECT from it: the snapshot restarts repeatedly and never ends, while the connector is RUNNING`,
      remedy: `GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${role}; GRANT SELECT ON TABLE ${quoted} TO ${role};${unwanted}`,
    })
  }
  if (hidesRows) {
    findings.push({
      rule: 'row-security',
      status: 'fail',
      where: quoted,
      what: `hides rows from ${capture.role} by row-level security: a snapshot omits them, although their changes are captured`,
      remedy: `CREATE POLICY facts_capture ON ${quoted} FOR SELECT TO ${role} USING (true);`,
    })
  }
  return findings
}

/** Without lists a connector reads every captured table; only the published ones are meant. */
function readsIt({ isPublished }: CatalogTable, { capture }: Examined): boolean {
  return isPublished || capture.include !== undefined || capture.snapshot !== undefined
}

/** Names that differ only in characters that a topic's name cannot have. */
function oneTopic({ catalog, capture }: Examined): readonly SourceFinding[] {
  const byTopic = new Map<string, CatalogTable[]>()
  for (const table of catalog.tables.filter(({ isPublished }) => isPublished)) {
    const topic = topicOf(capture.topicPrefix, table)
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), table])
  }
  return [...byTopic]
    .filter(([, tables]) => tables.length > 1)
    .map(([topic, tables]) => ({
      rule: 'same-topic' as const,
      status: 'fail' as const,
      where: tables.map(({ quoted }) => quoted).join(' and '),
      what: `are captured to one topic, ${topic}`,
      remedy: `Publish one of them only: ALTER PUBLICATION ${identifier(capture.publication)} DROP TABLE ${tables[0]?.quoted ?? ''};`,
    }))
}
