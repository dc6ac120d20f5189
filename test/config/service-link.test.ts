import type { Config } from '../../src/config/config'
import { loadConfig } from '../../src/config/config'

const load = (env: Readonly<Record<string, string>>): Config =>
  loadConfig({ env: { FACTS_HOME: '/nonexistent', ...env } })

test('variables that Kubernetes sets for services are not taken for settings', () => {
  const config = load({
    FACTS_FEED_PORT: 'tcp://10.0.0.1:8090',
    FACTS_FEED_SERVICE_HOST: '10.0.0.1',
    FACTS_FEED_SERVICE_PORT: '8090',
    FACTS_FEED_SERVICE_PORT_HTTP: '8090',
    FACTS_FEED_PORT_8090_TCP: 'tcp://10.0.0.1:8090',
    FACTS_FEED_PORT_8090_TCP_PROTO: 'tcp',
    FACTS_FEED_PORT_8090_TCP_PORT: '8090',
    FACTS_FEED_PORT_8090_TCP_ADDR: '10.0.0.1',
    FACTS_PORT: 'udp://10.0.0.2:53',
    FACTS_HTTP_PORT: 'tcp://[fd00::1]:9464',
    FACTS_HTTP_SERVICE_HOST: 'fd00::1',
  })
  expect(config).toEqual(load({}))
})

test('a port that is set beside them counts', () => {
  const { feed } = load({ FACTS_FEED_PORT: '9000', FACTS_FEED_SERVICE_HOST: '10.0.0.1' })
  expect(feed.port).toBe(9000)
})

test.each([
  ['FACTS_FEED_PORT', 'many', /feed\.port/],
  ['FACTS_FEED_PORT', 'http://10.0.0.1:8090', /feed\.port/],
  ['FACTS_FEED_PORT', '10.0.0.1:8090', /feed\.port/],
  ['FACTS_FEED_HOST', 'tcp://10.0.0.1:8090', undefined],
  ['FACTS_FEED_SERVICE_HOST', 'feed', /Unknown environment variable FACTS_FEED_SERVICE_HOST/],
  ['FACTS_FEED_PORT_8090_TCP_ADDR', 'x', /Unknown environment variable FACTS_FEED_PORT_8090/],
  ['FACTS_FEED_PROT', 'tcp://10.0.0.1:8090', /Unknown environment variable FACTS_FEED_PROT/],
] as const)('%s=%s is a setting', (name, value, refusal) => {
  if (refusal === undefined) expect(load({ [name]: value }).feed.host).toBe(value)
  else expect(() => load({ [name]: value })).toThrow(refusal)
})
