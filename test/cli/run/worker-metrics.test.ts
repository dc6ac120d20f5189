import { createServer, type AddressInfo } from 'node:net'
import { PipelineProcess } from '../../support/pipeline-process'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'

jest.setTimeout(120_000)
const home = temporaryFolder()

test('several workers answer a request for metrics together', async () => {
  // A broker that refuses what the first process asks before it starts the workers, and keeps them waiting for its answers.
  const broker = createServer((socket) => {
    if (!pipeline.log.includes('Health and metrics')) socket.destroy()
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  const { port } = broker.address() as AddressInfo
  const pipeline = new PipelineProcess(home.path, { FACTS_KAFKA_BROKERS: `127.0.0.1:${port}` }, [
    '--workers',
    '2',
  ])
  try {
    const counters = await waitFor(
      'the metrics of both workers',
      async () => {
        const text = await pipeline.metrics().catch(() => '')
        return text.match(/^facts_decoded_total\{lane="(fast|exact)"\} 0$/gm) ?? undefined
      },
      90_000,
    )
    expect(counters).toHaveLength(2)
  } finally {
    pipeline.kill('SIGKILL')
    await pipeline.exit()
    broker.close()
  }
})
