import { parser } from '@prometheus-io/lezer-promql'

/** What an expression of PromQL names. */
export interface NamedIn {
  readonly metrics: readonly string[]
  /** By matchers and groupings, `le` and those of the scrape included. */
  readonly labels: readonly string[]
  /** Texts that labels are compared with, without quotes. */
  readonly values: readonly string[]
}

/** Reads an expression by Prometheus' own grammar. Throws with the place that is not PromQL. */
export function namedIn(expression: string): NamedIn {
  const metrics: string[] = []
  const labels: string[] = []
  const values: string[] = []
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to, node }) => {
      const text = expression.slice(from, to)
      if (type.isError) throw new Error(`Not PromQL at character ${from}: ${expression}`)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(text)
      if (name === 'LabelName') labels.push(text)
      if (name === 'StringLiteral') values.push(text.slice(1, -1))
    },
  })
  return { metrics, labels, values }
}
