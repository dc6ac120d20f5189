import { setTimeout as delay } from 'node:timers/promises'
import { toFactsError } from '../errors'
import type { FactsError } from '../errors'
import { KAFKA_NODES } from './ports/kafka-nodes'
import { startProcessGuard } from './process/process-guard'
import type { ProcessGuard } from './process/process-guard'
import { signal } from './process/process-identity'
import type { ProcessIdentity } from './process/process-identity'
import { removeRunRecord, writeRunRecord } from './run-record'
import { failed, how, startService } from './service/service'
import type { Service, ServiceExit, ServiceSpec } from './service/service'
import type { StackOptions } from './stack'
import type { ServiceName, ServiceEvent } from './service/stack-event'
import type { StackHome } from './service/stack-home'

/** Stop order, each step side by side: who reads goes before what is read. Connect: 5 s at most, then 4 s. */
const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  ['connect', 'registry'],
  [...KAFKA_NODES.map(({ name }) => name), 'postgres'],
]

export interface RestartWaits {
  /** Milliseconds before each restart in a row; after the last one the service has failed. */
  readonly waits: readonly number[]
  /** Milliseconds that a service must run until the next failure is the first one again. */
  readonly steadyMs: number
}

const RESTARTS: RestartWaits = { waits: [500, 1_000, 2_000, 4_000, 8_000], steadyMs: 60_000 }

/**
 * The running processes of one stack: starts them guarded and recorded, restarts those that die, reports their state, stops
 * them in order.
 */
export class ServiceSet {
  readonly #home: StackHome
  readonly #options: StackOptions
  readonly #services = new Map<ServiceName, Service>()
  readonly #specs = new Map<
    ServiceName,
    { readonly spec: ServiceSpec; readonly endpoint: string }
  >()
  readonly #killed = new Set<Service>()
  readonly #processes: Partial<Record<ServiceName, ProcessIdentity>> = {}
  readonly #logs: Partial<Record<ServiceName, string>> = {}
  readonly #restarts: RestartWaits
  readonly #isOwner: () => boolean
  /** Failures in a row. */
  readonly #failures = new Map<ServiceName, number>()
  readonly #reviving = new Set<Promise<void>>()
  readonly #abort = new AbortController()
  #guard: ProcessGuard | undefined
  #stopping = false
  #fail: (error: FactsError) => void = () => undefined
  readonly failure = new Promise<FactsError>((resolve) => {
    this.#fail = resolve
  })

  /** `isOwner`: false once another process has taken the home over, which then ends what runs there. */
  constructor(
    home: StackHome,
    options: StackOptions,
    restarts: RestartWaits = RESTARTS,
    isOwner: () => boolean = () => true,
  ) {
    this.#home = home
    this.#options = options
    this.#restarts = restarts
    this.#isOwner = isOwner
  }

  get processes(): Readonly<Partial<Record<ServiceName, ProcessIdentity>>> {
    return this.#processes
  }

  get logs(): Readonly<Partial<Record<ServiceName, string>>> {
    return this.#logs
  }

  /** Runs the starts side by side; when one fails the others are given up, and the first failure is thrown. */
  async all(starts: readonly (() => Promise<void>)[]): Promise<void> {
    let first: { readonly error: unknown } | undefined
    await Promise.all(
      starts.map(async (start) => {
        try {
          await start()
        } catch (error) {
          first ??= { error }
          this.#abort.abort(error)
        }
      }),
    )
    if (first !== undefined) throw toFactsError(first.error, 'SERVICE_FAILED')
  }

  async start(spec: ServiceSpec, endpoint: string): Promise<void> {
    const { name } = spec
    const began = Date.now()
    const { signal: outer } = this.#options
    const aborted = AbortSignal.any([this.#abort.signal, ...(outer === undefined ? [] : [outer])])
    aborted.throwIfAborted()
    this.#guard ??= startProcessGuard(this.#home.endpoints)
    this.#report({ service: name, state: 'starting' })
    try {
      const service = await startService(spec, {
        logs: this.#home.logs,
        guard: this.#guard,
        signal: aborted,
        onProcess: (_, process_) => this.#record(name, process_),
      })
      this.#services.set(name, service)
      this.#specs.set(name, { spec, endpoint })
      this.#logs[name] = service.log
      const ready = Date.now()
      void service.exited.then((exit) => {
        if (exit.asked || this.#stopping || this.#killed.has(service)) return
        this.#services.delete(name)
        this.#report({ service: name, state: 'failed' })
        if (Date.now() - ready >= this.#restarts.steadyMs) this.#failures.delete(name)
        const reviving = this.#revive(name, exit, service.log)
        this.#reviving.add(reviving)
        void reviving.finally(() => this.#reviving.delete(reviving))
      })
    } catch (error) {
      this.#report({ service: name, state: 'failed' })
      throw error
    }
    this.#report({ service: name, state: 'ready', ms: Date.now() - began, endpoint })
  }

  /** Kills a service (SIGKILL); resolves when it has ended. */
  async kill(name: ServiceName): Promise<void> {
    const service = this.#services.get(name)
    if (service === undefined) return
    this.#killed.add(service)
    this.#services.delete(name)
    signal(service.process, 'SIGKILL')
    await service.exited
  }

  /** Starts a service that was killed, as it was started before; resolves when it is ready. */
  async startAgain(name: ServiceName): Promise<void> {
    const known = this.#specs.get(name)
    if (known === undefined) throw new Error(`${name} was never started`)
    await this.start(known.spec, known.endpoint)
  }

  /** Starts a service that died again, with growing waits; resolves `failure` when that does not help. */
  async #revive(name: ServiceName, exit: ServiceExit, log: string): Promise<void> {
    let last = failed(name, `ended unexpectedly (${how(exit)})`, log)
    for (;;) {
      const failures = this.#failures.get(name) ?? 0
      const wait = this.#restarts.waits[failures]
      if (wait === undefined || !this.#isOwner()) {
        this.#fail(last)
        return
      }
      this.#failures.set(name, failures + 1)
      const text = `${name} ended unexpectedly (${how(exit)}) and is started again in ${wait / 1_000} s; its log: ${log}`
      this.#options.onEvent?.({ type: 'note', text })
      try {
        await delay(wait, undefined, { signal: this.#abort.signal })
        if (!this.#isOwner()) continue
        await this.startAgain(name)
        return
      } catch (error) {
        if (this.#abort.signal.aborted) return
        last = toFactsError(error, 'SERVICE_FAILED')
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#abort.abort(new Error('the stack is stopping'))
    await Promise.all(this.#reviving)
    for (const names of STOP_ORDER) {
      await Promise.all(names.map((name) => this.#stopOne(name)))
    }
    this.#guard?.close()
    removeRunRecord(this.#home.run)
  }

  async #stopOne(name: ServiceName): Promise<void> {
    const service = this.#services.get(name)
    if (service === undefined) return
    const began = Date.now()
    this.#report({ service: name, state: 'stopping' })
    await service.stop()
    this.#services.delete(name)
    this.#report({ service: name, state: 'stopped', ms: Date.now() - began })
  }

  #record(name: ServiceName, process_: ProcessIdentity): void {
    this.#processes[name] = process_
    writeRunRecord(this.#home.run, this.#processes)
  }

  #report(event: Omit<ServiceEvent, 'type'>): void {
    this.#options.onEvent?.({ type: 'service', ...event })
  }
}
