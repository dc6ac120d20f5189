import type { Route } from './openapi/document'

/** The methods of the path, for `Allow`; empty when there is no such path. */
export function allowedMethods(routes: readonly Route[], address: string): readonly string[] {
  const [path = ''] = address.split(/[?#]/)
  const parts = path.split('/')
  const isThere = ({ url }: Route): boolean => {
    const pattern = url.split('/')
    return (
      pattern.length === parts.length &&
      pattern.every((part, at) => (part.startsWith(':') ? parts[at] !== '' : part === parts[at]))
    )
  }
  const offered = routes.filter(isThere).map(({ method }) => method)
  const all = offered.includes('GET') ? [...offered, 'HEAD'] : offered
  return [...new Set(all)].sort()
}
