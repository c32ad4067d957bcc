import { writeFileSync } from 'node:fs'

/** A reporter of vitest's: how many errors came up outside of every test, which its own JSON does not tell. */
export default class CountUnhandled {
  constructor({ outputFile }) {
    this.outputFile = outputFile
  }

  onTestRunEnd(_modules, errors) {
    writeFileSync(this.outputFile, String(errors.length))
  }
}
