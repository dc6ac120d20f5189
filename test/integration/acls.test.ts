import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaLog } from '../../src/compose/kafka'
import { checkRights } from '../../src/cli/doctor/check-rights'
import { declaredRights } from '../../src/cli/rights/declared-rights'
import { describeAcls } from '../../src/cli/rights/describe-acls'
import { packageRoot } from '../../src/package-root'
import { FactsError } from '../../src/errors'
import type { KafkaLog } from '../../src/broker/kafka/kafka-log'
import type { Right, VerbWithRights } from '../../src/rights'
import { describeRight, VERBS_WITH_RIGHTS } from '../../src/rights'
import { createLogger } from '../../src/telemetry'
import { AclCluster, without } from '../support/acl-cluster'
import { ConnectWork } from '../support/connect-work'
import { kafkaTools } from '../support/kafka-tools'
import { sampleConfig } from '../support/sample-config'
import { EVENTS, VerbWork } from '../support/verb-work'
import { waitFor } from '../support/wait-for'

/*
 * A broker that denies by default. What src/rights.ts lists of a verb is all that its user has: the verb works; with any of it
 * taken away but the DESCRIBE that it implies, the broker refuses the work, and the verb ends with NOT_AUTHORIZED that names it.
 */
const rights = declaredRights(sampleConfig({ env: { FACTS_HOME: '/nonexistent' } }))
const logger = createLogger({ level: 'silent', format: 'json' })
const folder = mkdtempSync(join(tmpdir(), 'facts-acls-'))

let cluster: AclCluster
let open: KafkaLog
let work: VerbWork
let connect: ConnectWork

jest.setTimeout(120_000)

beforeAll(async () => {
  cluster = await AclCluster.start(rights.connect)
  open = kafkaLog(cluster.openConfig, logger)
  work = new VerbWork(cluster, open, folder)
  connect = new ConnectWork(cluster, rights.connect)
  // Not needed by the pipeline, and made by Debezium.
  await cluster.createTopic('monolith.transaction')
  await only('provision')
  await work.of.provision()
  await only('pipeline')
  await work.of.pipeline()
}, 300_000)

afterAll(async () => {
  await open.close()
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

async function only(verb: VerbWithRights): Promise<void> {
  await cluster.allow(rights[verb])
  await cluster.allowed(verb)
}

const phrase = ({ operation, resource, used: [name] }: Right): string =>
  `${operation} on ${resource === 'transactional-id' ? 'transactional id' : resource} ${name}`

const verbs = VERBS_WITH_RIGHTS.filter((verb) => verb !== 'connect')

test.each(verbs)('%s works with its rights, and no other', async (verb) => {
  await only(verb)
  await work.of[verb]()
})

/** What came of the verb's work: a code when it was refused. */
async function outcomeOf(verb: VerbWithRights): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer'), 30_000)
  })
  const done = work.of[verb]().then(
    () => 'done',
    (error: unknown) => (error instanceof FactsError ? error.code : String(error)),
  )
  const outcome = await Promise.race([done, late])
  clearTimeout(timer)
  return outcome
}

test.each(verbs)(
  '%s without one of its rights is refused by the broker, and ends at its start with NOT_AUTHORIZED that names it',
  async (verb) => {
    const needed = rights[verb].filter(({ isForMissing }) => isForMissing !== true)
    const outcomes: unknown[] = []
    for (const lost of needed) {
      await only(verb)
      await cluster.allow(without(rights[verb], lost))
      const refusal = await cluster.refused(verb, phrase(lost))
      expect(refusal).toMatchObject({ code: 'NOT_AUTHORIZED', remedy: 'halt' })
      expect(refusal.message).toContain(`authorize User:facts for what "facts ${verb}" needs`)
      outcomes.push([phrase(lost), await outcomeOf(verb)])
    }
    expect(outcomes).toEqual(needed.map((right) => [phrase(right), 'NOT_AUTHORIZED']))
  },
)

describe('Kafka Connect', () => {
  test('works with its rights, and uses each of them', async () => {
    await work.of.connect()
    expect(new Set(connect.used())).toEqual(new Set(rights.connect.map(describeRight)))
  })

  test('without one of its rights is refused what it used that for', async () => {
    // A refused worker ends, or waits: what it asks is asked in its name, with the same rights.
    await cluster.stack.kill('connect')
    const outcomes: unknown[] = []
    for (const lost of rights.connect) outcomes.push(await connect.refusal(lost))
    expect(outcomes).toEqual(
      rights.connect.map(() => expect.objectContaining({ code: 'NOT_AUTHORIZED' }) as unknown),
    )
  })
})

test('a right that is withdrawn ends a feed that runs', async () => {
  await only('feed')
  const feed = await work.feed('withdrawn')
  try {
    await cluster.allow([])
    expect(await feed.failed).toMatchObject({ code: 'NOT_AUTHORIZED' })
  } finally {
    await feed.stop()
  }
})

test('a right that is withdrawn on the topic of cursors ends no feed, is answered as that, and serves again when granted', async () => {
  await only('feed')
  const feed = await work.feed('cursors-withdrawn')
  let failure: unknown
  void feed.failed.then((error) => (failure = error))
  try {
    await waitFor('the feed', () => feed.ready())
    const page = (): Promise<Response> =>
      fetch(`${feed.url}/feeds/wildapp.event?page_size=1`, { headers: { connection: 'close' } })
    const { cursor } = (await (await page()).json()) as { readonly cursor: string }
    const put = async (): Promise<string> => {
      const answer = await fetch(`${feed.url}/consumers/withdrawn/cursor`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ feed: 'wildapp.event', cursor }),
      })
      return `${answer.status} ${await answer.text()}`
    }
    // A transaction that could not be ended blocks the topic until its timeout of 30 s.
    const stored = (): Promise<true> =>
      waitFor('the cursor to be stored', async () => (await put()).startsWith('204'), 60_000)
    for (const lost of rights.feed.filter(({ name }) => name.includes('feed-cursors'))) {
      await stored()
      await cluster.allow(without(rights.feed, lost))
      const refused = await waitFor(`no ${phrase(lost)} to be answered`, async () => {
        const answer = await put()
        return answer.startsWith('204') ? undefined : answer
      })
      expect([phrase(lost), refused]).toEqual([
        phrase(lost),
        expect.stringMatching(/^503 .*upstream-refused.*does not give this server the rights/),
      ])
      expect((await page()).status).toBe(200)
      await only('feed')
    }
    await stored()
    expect(failure).toBeUndefined()
  } finally {
    await feed.stop()
  }
}, 300_000)

test('without any right each way to Kafka says that it is not allowed', async () => {
  await cluster.allow([])
  await cluster.refused('pipeline', 'READ on group wildapp')
  await work.withLog(async (log) => {
    const spec = { name: 'acls.new', partitions: 1, replicationFactor: 1, config: {} }
    const attempts = [
      () => log.admin.createTopics([spec]),
      () => log.admin.committed('wildapp', EVENTS, 0),
      () => log.admin.offsets(EVENTS),
      () => log.producer('wildapp.any'),
    ]
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_AUTHORIZED' })
    }
  })
})

function facts(
  ...args: readonly string[]
): Promise<{ readonly code: unknown; readonly out: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...cluster.environment, FACTS_LOG_LEVEL: 'info' }
    const command = [join(packageRoot(), 'bin', 'facts.cjs'), ...args]
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, out: stdout + stderr }),
    )
  })
}

test('the command line ends with it, and doctor names every verb', async () => {
  await cluster.allow([])
  await cluster.refused('pipeline', 'READ on group wildapp')
  const { code, out } = await facts('pipeline')
  expect(code).toBe(1)
  expect(out).toMatch(
    /does not authorize User:facts for what "facts pipeline" .*READ on topic .*NOT_AUTHORIZED/,
  )
  const findings = await checkRights(cluster.config)
  const named = findings.map(({ name, status }) => `${status} ${name}`)
  expect(named).toEqual(verbs.map((verb) => `fail kafka rights of ${verb}`))
})

test('the commands that "facts describe --acls" prints grant a verb what it needs', async () => {
  await cluster.allow([])
  await cluster.refused('resync --remove', 'READ on topic')
  const { java, classPath } = await kafkaTools()
  const tool = `exec '${java}' -cp '${classPath}' org.apache.kafka.tools.AclCommand "$@"`
  writeFileSync(join(folder, 'kafka-acls.sh'), `#!/bin/sh\n${tool}\n`, { mode: 0o755 })
  const printed = describeAcls(cluster.openConfig, 'User:facts')
  const [, commands = ''] = printed.split('# facts resync --remove\n')
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` }
  await promisify(execFile)('sh', ['-ec', commands.split('\n\n')[0] ?? ''], { env })
  await cluster.allowed('resync --remove')
})

// The last, because it deletes the topics that the others use.
test('provision that may not create what is missing is refused, and says so of nothing that is there', async () => {
  const creating = rights.provision.filter(({ isForMissing }) => isForMissing === true)
  const outcomes: unknown[] = []
  for (const lost of creating) {
    const [name = ''] = lost.used
    await cluster.deleteTopic(name)
    await cluster.allow(rights.provision.filter((right) => right !== lost))
    const { message } = await cluster.refused('provision', `needs: CREATE on topic ${name}`)
    const [, named] = /needs: (.*?)\. /.exec(message) ?? []
    outcomes.push([named?.replace(/ \(.*/, ''), await outcomeOf('provision')])
    await only('provision')
    await work.of.provision()
  }
  expect(outcomes).toEqual(creating.map((right) => [phrase(right), 'NOT_AUTHORIZED']))
})
