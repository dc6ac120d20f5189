/*
 * For tests of facts and of processors: the shipped runtime over an in-memory broker. See docs/testing.md.
 */
export { drive } from './drive'
export type { DriveOptions } from './drive'
export { driveTopology } from './drive-topology'
export type { Driver, DrivenFact, DriveTopologyOptions } from './driver'
export type { ChangeWriter, Columns, DrivenTable } from './change-writer'
export { everyCrash } from './every-crash'
export type { Scenario } from './every-crash'
export type { CrashMode } from './crashing-log'
export { serveFeed } from './serve-feed'
export type { ServedFeed, ServeFeedOptions } from './serve-feed'
