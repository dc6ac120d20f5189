'use strict'

const { setTimeout } = require('node:timers')

/** As much of a handle as tells which test opened it. */
function describe(handle) {
  const { spawnargs, pid, localPort, remoteAddress, remotePort } = handle
  const kind = handle.constructor.name
  if (spawnargs !== undefined) return `${kind} ${pid}: ${spawnargs.join(' ')}`
  if (remotePort !== undefined)
    return `${kind} from port ${localPort} to ${remoteAddress}:${remotePort}`
  if (handle.listening) return `${kind} at ${JSON.stringify(handle.address())}`
  return kind
}

/** A run that a test keeps from ending is ended with exit code 1, and what is still open is named. */
const endWithin = (patienceMs) => () => {
  const timer = setTimeout(() => {
    const standard = [process.stdin, process.stdout, process.stderr]
    const open = process._getActiveHandles().filter((handle) => !standard.includes(handle))
    console.error('A test left something open, and the run would not end:')
    for (const handle of open) console.error(`  ${describe(handle)}`)
    console.error(`  of all kinds: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }, patienceMs)
  timer.unref()
}

// What ends by itself has ended by then: KafkaJS repeats requests for up to 30 s.
module.exports = endWithin(60_000)
module.exports.endWithin = endWithin
