import { createServer, type AddressInfo } from 'node:net'
import { PipelineProcess } from '../../support/pipeline-process'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'

jest.setTimeout(120_000)
const home = temporaryFolder()

test('several workers answer a request for metrics together', async () => {
  // A broker that takes connections and says nothing: the workers wait for it for as long as this takes.
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
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
    silent.close()
  }
})
