/** Most lines of a cause chain that are shown. */
const MAX_LINES = 6

/**
 * The useful lines of a Java stack trace: the exception and each cause, without the frames, without
 * class names' packages, each message once.
 */
export function traceSummary(trace: string): string {
  const lines: string[] = []
  let message = ''
  for (const line of trace.split('\n')) {
    if (/^\s*(at |\.\.\. \d+ )/.test(line) || line.trim() === '') continue
    const text = line.trim().replace(/^(Caused by: )?(?:[a-z0-9_]+\.)+([A-Z][\w$]*)/, '$1$2')
    const said = text.replace(/^Caused by: /, '').replace(/^[A-Z][\w$]*: /, '')
    if (message.includes(said)) continue
    message += said
    lines.push(text)
  }
  return lines.slice(0, MAX_LINES).join('\n  ')
}
