import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { anchors } from '../support/anchors'
import { filesIn, root } from '../support/source-files'
import { exportedMetrics } from './exported-metrics'
import { namedIn } from './promql'

/*
 * The alert rules and the dashboard of deploy: what they name is exported, and where they send a reader exists. What the rules
 * answer is tested by promtool (deploy/prometheus/alerts.test.yaml), in .ci/run.
 */
interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: Readonly<
    Record<'summary' | 'description' | 'action' | 'runbook', string | undefined>
  >
}

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')
const rules = (
  parse(read('deploy', 'prometheus', 'alerts.yaml')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[]
  }
).groups.flatMap((group) => group.rules)

/** Added by Prometheus when it scrapes. */
const OF_THE_SCRAPE = ['instance', 'job']

/** Names in an expression that no process exports. */
function unknownIn(expression: string, code: string): readonly string[] {
  const { metrics, labels, values } = namedIn(expression)
  const known = [...OF_THE_SCRAPE, ...metrics.flatMap((name) => exportedMetrics.get(name) ?? [])]
  return [
    ...metrics.filter((name) => !exportedMetrics.has(name)),
    ...labels.filter((label) => !known.includes(label)),
    ...values.filter((value) => !code.includes(`'${value}'`)),
  ]
}

const code = filesIn(join(root, 'src'))
  .map(({ text }) => text)
  .join('\n')

describe.each(rules.map((rule) => [rule.alert, rule] as const))('%s', (_name, rule) => {
  test('asks for metrics, labels and values that are exported', () => {
    expect(namedIn(rule.expr).metrics).not.toEqual([])
    expect(unknownIn(rule.expr, code)).toEqual([])
  })

  test('says what happened and what to do, of labels that its series have', () => {
    const { summary, description, action } = rule.annotations
    for (const text of [summary, description, action]) expect(text).toMatch(/^.{10,}$/)
    const said = JSON.stringify(rule.annotations).matchAll(/\$labels\.(\w+)/g)
    expect(
      [...said].map(([, label]) => label).filter((label) => !rule.expr.includes(label ?? '')),
    ).toEqual([])
  })

  test('links to a heading of a page', () => {
    const [page = '', anchor = ''] = (rule.annotations.runbook ?? '').split('#')
    expect(page).toMatch(/^docs\/.*\.md$/)
    expect(anchors(read(page))).toContain(anchor)
  })

  test('has one of three severities', () => {
    expect(['critical', 'warning', 'info']).toContain(rule.labels.severity)
  })
})

test('each alert has a name of its own, and a rule test in which it fires', () => {
  const names = rules.map(({ alert }) => alert)
  expect(new Set(names).size).toBe(names.length)
  const tested = [
    ...read('deploy', 'prometheus', 'alerts.test.yaml').matchAll(
      /labels: 'ALERTS\{alertname="(\w+)"/g,
    ),
  ].map(([, name]) => name)
  expect(names.filter((name) => !tested.includes(name))).toEqual([])
})

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly description?: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[]
}

const dashboard = JSON.parse(read('deploy', 'grafana', 'facts.json')) as {
  readonly panels: readonly Panel[]
}
const panels = dashboard.panels.filter(({ type }) => type !== 'row')

/** With a range in the place of Grafana's variable. */
const plain = (expression: string): string => expression.replaceAll('$__rate_interval', '5m')

describe.each(panels.map((panel) => [panel.title, panel] as const))(
  'panel "%s"',
  (_name, panel) => {
    test('asks for metrics, labels and values that are exported', () => {
      const expressions = (panel.targets ?? []).map(({ expr }) => plain(expr))
      expect(expressions).not.toEqual([])
      expect(expressions.flatMap((expression) => unknownIn(expression, code))).toEqual([])
    })

    test('says what it shows, and names series by labels that they have', () => {
      expect(panel.description).toMatch(/\.$/)
      for (const { expr, legendFormat = '' } of panel.targets ?? []) {
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
        expect(named.filter((label) => !namedIn(plain(expr)).labels.includes(label))).toEqual([])
      }
    })
  },
)

test('the panels of the dashboard do not overlap and have ids of their own', () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
})

test('every metric of the processes is in an alert or on the dashboard', () => {
  const shown = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => plain(expr))),
  ].flatMap((expression) => namedIn(expression).metrics)
  const own = [...exportedMetrics.keys()].filter((name) => /^facts_.*(?<!_sum|_count)$/.test(name))
  expect(own.filter((name) => !shown.includes(name))).toEqual([])
})
