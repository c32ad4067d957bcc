// Names the test files that failed, for a second look at them alone. None where so many failed that it is no accident, where something came
// up outside of every test, and where chance decides what a test does: what it finds once may not be found again.
// Usage: node .ci/failed-files.mjs REPORT EXIT-CODE-OF-NPM-TEST
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const mostAccidents = 3

const [report = '', testsExit] = process.argv.slice(2)
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const { testResults: files } = JSON.parse(read(report) || '{"testResults":[]}')
const failed = files
  .filter(({ status }) => status === 'failed')
  .map(({ name }) => relative(process.cwd(), name))
const isByChance = (file) => file.startsWith('tests/chaos/') || read(file).includes('fast-check')
const mayBeAccident = testsExit === '1' && read(`${report}.unhandled`) === '0' && !failed.some(isByChance)
if (mayBeAccident && failed.length <= mostAccidents) console.log(failed.join('\n'))
