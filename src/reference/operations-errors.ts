import type { ErrorHelps } from './error-texts'

export const OPERATIONS_ERRORS = {
  CONFIG_INVALID: {
    happened:
      'A key, a `FACTS_*` variable or a flag is unknown or has a value that is not allowed.',
    did: 'Ends the verb before it does anything.',
    todo: 'Correct what the message names ([configuration](configuration.md)).',
  },
  PREREQUISITE_MISSING: {
    happened:
      'The machine lacks what the embedded stack needs: Java 17, the PostgreSQL package, room on the disk, or a user to run PostgreSQL as.',
    did: 'Starts nothing.',
    todo: 'Install what the message names, or use docker compose.',
  },
  PORT_TAKEN: {
    happened: 'Another program uses the port.',
    did: 'Ends the verb.',
    todo: 'End that program or choose another port; 0 takes a free one.',
  },
  STACK_RUNNING: {
    happened: 'An embedded stack already runs in the same `FACTS_HOME`.',
    did: 'Starts nothing.',
    todo: 'Use that one, end it with `facts stack stop`, or set `FACTS_HOME` to another folder.',
  },
  DOWNLOAD_FAILED: {
    happened: 'An artefact of the embedded stack could not be downloaded or unpacked.',
    did: 'Keeps the part that was downloaded.',
    todo: 'Check the network, or name a mirror in `FACTS_MAVEN_REPOSITORY`, and run the command again.',
  },
  CHECKSUM_MISMATCH: {
    happened: 'A downloaded file is not the one that the lock file pins.',
    did: 'Removes the file.',
    todo: 'Run the command again. If it repeats, a proxy or the mirror changes the file.',
  },
  SERVICE_FAILED: {
    happened: 'A service of the embedded stack did not start, or ended.',
    did: 'Ends the stack; the message has the last lines of the log of the service.',
    todo: 'Fix what the log names, or start empty with `--fresh`.',
  },
  WAL_LEVEL_NOT_LOGICAL: {
    happened:
      '`wal_level` of the database is not `logical`, so no change can be captured (`facts doctor`).',
    did: 'Reports it; changes nothing.',
    todo: "`ALTER SYSTEM SET wal_level = 'logical'` and restart PostgreSQL.",
  },
  CONNECT_UNAVAILABLE: {
    happened:
      'Kafka Connect does not answer, cannot serve the request now, or the server is not Kafka Connect.',
    did: '`register-connector` retries until its `--timeout`, `supervise` indefinitely; other verbs end.',
    todo: 'Start Kafka Connect, or correct `connect.url` (`FACTS_CONNECT_URL`).',
  },
  CONNECTOR_REFUSED: {
    happened: 'Kafka Connect refuses the settings of the connector, or lacks its plugin.',
    did: 'The registered connector stays as it was.',
    todo: 'Correct the connector file, or install the plugin, and register again.',
  },
  CONNECTOR_FAILED: {
    happened:
      'The connector or its task failed, is not registered, or was paused or stopped by an operator.',
    did: '`supervise` restarts it with increasing delays and ends when restarts do not help. The replication slot retains the changes.',
    todo: 'Fix the cause in the message, then `facts register-connector`, which restarts it (`--resume` if it was paused).',
  },
  CHANGES_LOST: {
    happened:
      'The replication slot was dropped or invalidated: changes that were not yet read are lost.',
    did: 'Leaves the connector as it is.',
    todo: '`facts resync --all` takes a snapshot with a new slot and corrects the facts by the tables.',
  },
  DATABASE_UNAVAILABLE: {
    happened: 'PostgreSQL cannot be reached or refuses the connection.',
    did: '`register-connector` retries until its `--timeout`; other verbs end. A pipeline runs without the database.',
    todo: 'Start PostgreSQL, or correct `database.url` (`FACTS_DATABASE_URL`).',
  },
  SOURCE_UNFIT: {
    happened:
      'A table cannot be captured correctly: replica identity, key, privileges, partitions or publication.',
    did: 'Registers nothing; the connector stays as it was.',
    todo: 'Do what the message says for each finding ([the source database](../source-database.md)), then register again.',
  },
  TIMED_OUT: {
    happened: 'The connector, the stack or the facts did not reach the expected state in time.',
    did: 'Ends the verb; the connector, the stack or the pipeline continues.',
    todo: '`facts doctor` says what does not flow; then run the verb again, with a longer `--timeout` where it has one.',
  },
} as const satisfies ErrorHelps
