/**
 * Everything that a transaction needs dies with it: with V8's default of 16 MB much of it is copied once or twice
 * before that, a tenth of the CPU time. NODE_OPTIONS does not override this; an option of the command line does.
 */
const YOUNG_GENERATION = '--max-semi-space-size=32'

/**
 * For workers that have no more than a core each: the helper threads of a collection take from the other workers, and
 * wait for their turn while their own is paused (two workers on two cores: 5 % more facts/s without them, and at
 * 1,000/s a fifth less p99).
 */
const NO_HELPERS = '--single-threaded-gc'

/** Options of Node.js for each of so many workers on a machine of so many cores. */
export function garbageCollection(workers: number, cores: number): readonly string[] {
  return workers >= cores ? [YOUNG_GENERATION, NO_HELPERS] : [YOUNG_GENERATION]
}
