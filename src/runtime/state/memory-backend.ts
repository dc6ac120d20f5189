import type { Changes, Checkpoint, StateBackend, TaskDatabase } from './state-backend'

interface Stored {
  owner: symbol
  readonly stores: Map<string, { rows: Map<string, Buffer>; checkpoint: Checkpoint | undefined }>
}

/** State in memory: survives tasks, not the process. For tests, and for stores small enough to be restored at every start. */
export class MemoryBackend implements StateBackend {
  private readonly tasks = new Map<string, Stored>()

  open(taskId: string): TaskDatabase {
    const stored = this.tasks.get(taskId) ?? { owner: Symbol(taskId), stores: new Map() }
    this.tasks.set(taskId, stored)
    const owner = (stored.owner = Symbol(taskId))
    return database(stored, owner)
  }
}

function database(stored: Stored, owner: symbol): TaskDatabase {
  const storeOf = (name: string): NonNullable<ReturnType<Stored['stores']['get']>> => {
    const store = stored.stores.get(name) ?? { rows: new Map(), checkpoint: undefined }
    stored.stores.set(name, store)
    return store
  }
  return {
    get: (store, key) => storeOf(store).rows.get(key),
    entries: (store) => storeOf(store).rows.entries(),
    checkpoint: (store) => storeOf(store).checkpoint,
    apply(store: string, changes: Changes, checkpoint: Checkpoint) {
      if (stored.owner !== owner) return false
      const known = storeOf(store)
      for (const [key, value] of changes) {
        if (value === null) known.rows.delete(key)
        else known.rows.set(key, value)
      }
      known.checkpoint = checkpoint
      return true
    },
    clear: (store) => void stored.stores.delete(store),
    close: () => undefined,
  }
}
