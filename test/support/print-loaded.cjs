'use strict'

// Preloaded into a process: prints the files of the modules that it has loaded when it ends.
process.on('exit', () => console.log(Object.keys(require.cache).join('\n')))
