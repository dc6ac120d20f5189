import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clusterIdOf } from '../../../src/dev-stack/service/kafka'
import { stackHome } from '../../../src/dev-stack/service/stack-home'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()

/** As Kafka's storage tool leaves it. */
function formatted(node: string, clusterId: string): void {
  const data = join(folder.path, node, 'data')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'meta.properties'), `#\nnode.id=1\nversion=1\ncluster.id=${clusterId}\n`)
}

test.each(['kafka', 'kafka-2', 'kafka-3'])(
  'nodes are formatted with the id of the cluster that %s belongs to already',
  (node) => {
    formatted(node, 'F2FtLkALT8qzUDVi5iRGlg')
    expect(clusterIdOf(stackHome(folder.path))).toBe('F2FtLkALT8qzUDVi5iRGlg')
  },
)

test('a new cluster gets an id of its own, which no command line takes for an option', () => {
  const ids = Array.from({ length: 1_000 }, () => clusterIdOf(stackHome(folder.path)))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^\w[\w-]{21}$/.test(id))).toEqual([])
})
