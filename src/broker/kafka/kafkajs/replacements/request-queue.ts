import OriginalRequestQueue from 'kafkajs/src/network/requestQueue'

/** Milliseconds; KafkaJS's interval for requests that wait for a reason other than throttling. */
const CHECK_INTERVAL = 10

/**
 * Replaces network/requestQueue/index.js, which wakes up each millisecond indefinitely, on each connection, whether a
 * request is waiting or not (tulios/kafkajs#1751), and with a negative delay, of which Node 24 warns. Here a timer runs
 * only while a request waits: push() and checkPendingRequests() call this after each change.
 */
class RequestQueue extends OriginalRequestQueue {
  override scheduleCheckPendingRequests(): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return
    const throttled = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttled > 0 ? throttled : CHECK_INTERVAL,
    )
  }
}

export = RequestQueue
