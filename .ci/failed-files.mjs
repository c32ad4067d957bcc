// Names the test files that failed, for a second look at them alone. None where so many failed that it is no accident.
// Usage: node .ci/failed-files.mjs REPORT
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const mostAccidents = 3

const [report = ''] = process.argv.slice(2)
const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : []
const failed = files
  .filter(({ status }) => status === 'failed')
  .map(({ name }) => relative(process.cwd(), name))
if (failed.length <= mostAccidents) console.log(failed.join('\n'))
