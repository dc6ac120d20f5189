import type { Fact } from '../fact/define-fact'
import { primary } from './facts/primary'

/** Every fact that is published. */
export const wildappFacts: readonly Fact[] = [primary]

/** Records that could not become facts, of all of them. */
export const deadLetters = 'wildapp.dead-letters'
