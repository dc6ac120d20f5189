import type { ErrorHelps } from './error-texts'

const REDONE =
  'The transaction is aborted and the producer discarded; a new one fences it, reads the committed offset back, and the batch is redone.'
const NOTHING = 'Nothing; look at the log when it repeats.'

export const KAFKA_ERRORS = {
  BROKER_UNAVAILABLE: {
    happened: 'Kafka, or the leader of a partition, did not answer in time.',
    did: 'A running program waits and retries, with `/readyz` 503 after `pipeline.stallMs`. A starting one retries for half a minute, then ends.',
    todo: 'Start the brokers, or correct `kafka.brokers`. TLS to a listener without TLS fails like this, too.',
  },
  BROKER_REFUSED: {
    happened:
      'A broker refused a request for a reason that a retry does not change; the message names the error of the broker and, where there is one, the setting.',
    did: 'Stops; the transaction under way is aborted.',
    todo: "Correct the setting that the message names; otherwise see the topic's settings and the broker's log.",
  },
  BATCH_TOO_LARGE: {
    happened: "A topic's `max.message.bytes` was lowered while the pipeline ran.",
    did: 'Stops; the transaction under way is aborted.',
    todo: 'Start again: batches then fit the new limit of the topic.',
  },
  NOT_AUTHORIZED: {
    happened:
      'The user may not do what the verb needs at Kafka, the schema registry, Kafka Connect or the database. The message names principal, operation and resource.',
    did: 'Ends the verb; what was open is aborted.',
    todo: '`facts describe --acls` prints the commands that allow it ([acls](../acls.md)); for a service set its user and password.',
  },
  NOT_AUTHENTICATED: {
    happened: 'A broker refused the user, the password or the SASL mechanism.',
    did: 'Ends the verb, one that was running too.',
    todo: 'Correct `kafka.username`, `kafka.password` and `kafka.saslMechanism`.',
  },
  TLS_FAILED: {
    happened:
      'A certificate is not trusted, expired or of another name, or the listener speaks TLS and the client does not.',
    did: 'Ends the verb.',
    todo: 'Set `kafka.caFile`, `kafka.certFile` and `kafka.keyFile`, or renew the certificate, as the message says.',
  },
  INSTANCE_REPLACED: {
    happened: 'Another process joined the group under the same `pipeline.instanceId`.',
    did: 'The older process ends with exit code 1; the newer one has its partitions.',
    todo: 'Give each instance an id of its own (`FACTS_PIPELINE_INSTANCE_ID`, or `hostname`).',
  },
  PARTITION_LOST: {
    happened: 'The group gave the partition to another instance while a batch was under way.',
    did: 'Drops the batch; the new owner fences the transaction and reads from the committed offset.',
    todo: NOTHING,
  },
  GROUP_REBALANCING: {
    happened: 'A rebalance of the consumer group has begun.',
    did: 'Commits the batch under way and joins the group again.',
    todo: NOTHING,
  },
  PRODUCER_FENCED: {
    happened:
      'Another producer has initialised the same transactional id, or another process has opened the same state.',
    did: 'Asks the group whether the partition is still owned: if so, the task is opened again; if not, the batch is dropped.',
    todo: 'Nothing, unless it repeats: then two pipelines of two groups have one application id.',
  },
  TRANSACTION_UNKNOWN: {
    happened: 'A step of a transaction was not confirmed: its answer was lost or came too late.',
    did: REDONE,
    todo: NOTHING,
  },
  TRANSACTION_ABORTED: {
    happened:
      'A record that is processed in steps, as TRUNCATE is, failed after some of its output had been sent.',
    did: 'The transaction is aborted; when it is redone, the record is a dead letter.',
    todo: 'See the dead letter for the cause.',
  },
  UNEXPECTED: {
    happened: 'An error that no part of the product expects: a bug.',
    did: 'Stops; the transaction under way is aborted, so nothing is lost.',
    todo: 'Report it with the log line and its stack ([CONTRIBUTING](../../CONTRIBUTING.md)).',
  },
} as const satisfies ErrorHelps
