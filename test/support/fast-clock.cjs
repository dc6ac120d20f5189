'use strict'

/** Preloaded into a process whose patience is waited out, not tested: its clock runs that many times as fast. */
const TIMES = 100

const { setTimeout: wait, performance } = globalThis
const now = performance.now.bind(performance)
globalThis.setTimeout = (callback, ms, ...args) => wait(callback, (ms ?? 0) / TIMES, ...args)
performance.now = () => now() * TIMES
