import { loadConfig } from '../../src/config/config'

const ALONE = { FACTS_HOME: '/nonexistent' }

test('trusted proxies are addresses and networks, in the environment separated by commas', () => {
  const env = { ...ALONE, FACTS_FEED_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,fd00::/8,::1' }
  expect(loadConfig({ env }).feed.trustedProxies).toEqual([
    '10.0.0.0/8',
    '192.0.2.7',
    'fd00::/8',
    '::1',
  ])
})

test('no proxy is trusted unless one is configured', () => {
  expect(loadConfig({ env: ALONE }).feed.trustedProxies).toEqual([])
})

test.each(['proxy.example', '10.0.0.0/33', '10.0.0', 'true'])(
  'the trusted proxy %s is refused, with its key',
  (proxy) => {
    const env = { ...ALONE, FACTS_FEED_TRUSTED_PROXIES: proxy }
    expect(() => loadConfig({ env })).toThrow(
      /feed\.trustedProxies\.0: expected an address or a network/,
    )
  },
)
