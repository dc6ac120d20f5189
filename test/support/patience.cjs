'use strict'

// A loaded machine is slow, not wrong: tests wait for conditions with deadlines of their own.
jest.setTimeout(60_000)
