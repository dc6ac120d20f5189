import type { ErrorHelps } from './error-texts'

const OFFSET_STAYS = 'Stops; nothing is skipped and the committed offset stays.'
const NEW_ID =
  'start under a new application id (`FACTS_PIPELINE_APPLICATION_ID`, after `facts provision` with it)'

export const PIPELINE_ERRORS = {
  TOPOLOGY_INVALID: {
    happened:
      'The declarations contradict themselves or each other: two facts on one topic, a lookup by a column of another type, an unknown table, two numbers of partitions.',
    did: 'Does not start.',
    todo: 'Correct the declaration that the message names.',
  },
  TOPIC_MISSING: {
    happened: 'A topic, or one of its partitions, does not exist.',
    did: 'A starting program ends and names the missing topics; a running one stops.',
    todo: '`facts provision` creates the topics of the pipeline, `facts register-connector` lets the connector create its own.',
  },
  PARTITIONS_CHANGED: {
    happened:
      'A topic has another number of partitions than at the last commit, or than is declared: keys go to other partitions now.',
    did: OFFSET_STAYS,
    todo: `Recreate the topic with its former number of partitions, or ${NEW_ID}.`,
  },
  EPOCH_CHANGED: {
    happened:
      "The database's positions went back although commit times increased, as after a restore or a failover.",
    did: 'Stops before the change; nothing is dropped.',
    todo: 'If the database was restored, set `FACTS_PIPELINE_EPOCH` to the number in the message and follow [epochs](../epochs.md). If not, find out what else writes to the captured topics.',
  },
  STATE_CORRUPT: {
    happened:
      "A row of the local state, or of the feed's store, fails its checksum, or the folder was removed while the process ran.",
    did: "The copy is removed and restored from the changelog (the feed's from its topic). Nothing is lost.",
    todo: 'Check the disk.',
  },
  STATE_LOST: {
    happened:
      "A task's changelog topic was deleted or recreated, and the state of each key is lost with it.",
    did: OFFSET_STAYS,
    todo: `Restore the changelog, or ${NEW_ID}.`,
  },
  STATE_UNAVAILABLE: {
    happened:
      "The local state, the feed's store or the file of its secret cannot be opened or written.",
    did: 'Ends; what is on disk is left as it is.',
    todo: "Check the disk and the folder's permissions, or choose another folder (`FACTS_PIPELINE_STATE_DIR`, `FACTS_FEED_DIR`).",
  },
  DISK_FULL: {
    happened: 'A disk is full.',
    did: 'The pipeline stops and keeps its state. The feed answers 503 `disk-full` to what it cannot serve and recovers without a restart when there is space; so does a follower.',
    todo: 'Free space, or choose a folder on another disk with the setting that the message names.',
  },
  STORE_TAKEN: {
    happened: "Another process has opened the feed's store in the same folder.",
    did: 'The older process ends.',
    todo: 'Give each feed server a folder of its own (`FACTS_FEED_DIR`).',
  },
  OUTPUT_LOST: {
    happened:
      'A facts topic was recreated or emptied although the state has rows whose facts were on it.',
    did: 'Stops before the batch is committed: unchanged rows would not get their facts again.',
    todo: `To write every fact again, ${NEW_ID}, then \`facts resync --snapshot\` if the captured topics no longer hold every row.`,
  },
  OFFSET_OUT_OF_RANGE: {
    happened:
      'The committed offset is not on the partition: its records were deleted before they were read, or the topic was recreated.',
    did: OFFSET_STAYS,
    todo: 'Bring the facts back to the state of the tables (`facts resync --snapshot`) and reset the offset of the group; if the topic was recreated, start under a new application id.',
  },
  KEY_PARKED: {
    happened:
      'An earlier record of the same key is a dead letter. In `facts resync`: keys of the table are parked.',
    did: 'The record waits as a dead letter, so that the order of its key holds. `facts resync` changes nothing.',
    todo: '`facts dead-letters list` shows the first cause. Fix it, then `facts dead-letters replay`.',
  },
  ORIGINAL_LOST: {
    happened:
      'A replay needs the input record, which was too large for the dead-letter topic, and the input no longer holds it.',
    did: 'The dead letter stays, with this cause.',
    todo: '`facts resync --snapshot`, then skip the dead letter with `facts dead-letters drop`.',
  },
  CONTROL_INVALID: {
    happened: 'A record on a control topic is not a control record of this version.',
    did: 'It is skipped, as a dead letter that no other record waits for.',
    todo: 'Only the pipeline, `facts dead-letters` and `facts resync` may write there. Run the replay or the resync again if it was one.',
  },
  DEAD_LETTERS_LOST: {
    happened:
      "Some of a key's dead letters are no longer on their topic (deleted by retention or by an operator).",
    did: 'Replays nothing of that key.',
    todo: '`facts dead-letters drop --offset all` for the key, then `facts resync --snapshot`.',
  },
  DEAD_LETTER_UNKNOWN: {
    happened: 'The given key is not parked, or has no dead letter with the given offset.',
    did: 'Changes nothing.',
    todo: 'Use key and offset as `facts dead-letters list` and `show` print them.',
  },
  RESYNC_REFUSED: {
    happened:
      'More rows would be removed than would remain, as with another database or a role that sees few rows.',
    did: 'Changes nothing.',
    todo: 'Check `database.url` and what its role may see. If it is right, `--force`.',
  },
} as const satisfies ErrorHelps
