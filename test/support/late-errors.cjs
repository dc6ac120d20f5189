'use strict'

/**
 * Between two test files Jest listens for no errors, and Node would end the whole run without any results. An error that
 * arrives there is printed, and the run ends with exit code 1 after its last test.
 */
module.exports = () => {
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    process.on(event, (error) => {
      console.error(`${event} between two test files:`, error)
      process.exitCode = 1
    })
  }
}
