// The last word of .ci/run: counts the tests from vitest's JSON report, adds what else may have failed, and makes
// sure that the tests on real servers were run at all: a skipped test looks green and proves nothing.
// Usage: node .ci/count.mjs REPORT EXIT-CODE-OF-NPM-TEST EXIT-CODE-OF-THE-DEMO REPORT-OF-THE-SECOND-LOOK ITS-EXIT-CODE
// A file that failed beside all the others and passed at the second look is counted as passed, and named as unsteady.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const mustHaveRun = [
  {
    what: 'jobs on the MongoDB store (FerretDB)',
    file: /^tests\/adapters\/jobs\//,
    name: /on the mongodb store/i,
  },
  { what: 'jobs on the Postgres store', file: /^tests\/adapters\/jobs\//, name: /on the postgres store/i },
  { what: 'the store on Postgres', file: /^tests\/domain\/store\// },
  { what: 'the directory on slapd', file: /^tests\/adapters\/ldap\// },
  { what: 'Redis', file: /^tests\/adapters\/redis\// },
  {
    what: 'the sandbox servers',
    file: /^tests\/sandbox\/servers\.test/,
    name: /^(Postgres|slapd|Redis|FerretDB) /,
  },
  { what: 'the link page in a browser', file: /^tests\/flows\/link-page-in-a-browser\.test/ },
]

const [report = '', testsExit, demoExit, secondReport = '', secondExit] = process.argv.slice(2)
const complaints = []
const readReport = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : [])
const first = readReport(report)
const second = new Map(readReport(secondReport).map((file) => [file.name, file]))
const isSteadyNow = ({ name, status }) =>
  secondExit === '0' &&
  status === 'failed' &&
  second.get(name)?.assertionResults.every((test) => test.status === 'passed') === true
const unsteady = first.filter(isSteadyNow)
const files = first.map((file) => (isSteadyNow(file) ? second.get(file.name) : file))
const ranOutOfTime = testsExit === '124' || testsExit === '137'
if (files.length === 0)
  complaints.push(
    ranOutOfTime
      ? 'The tests took too long and were stopped, so nothing was counted: is this machine busy with something else?'
      : 'No test was run: the types, the lint or the format failed first.',
  )

const tests = files.flatMap(({ name: path, assertionResults }) =>
  assertionResults.map(({ ancestorTitles, title, status }) => ({
    file: relative(process.cwd(), path),
    name: [...ancestorTitles, title].join(' '),
    status,
  })),
)
const passed = tests.filter(({ status }) => status === 'passed')
const failed = tests.filter(({ status }) => status === 'failed')
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')

for (const { name: path, status, assertionResults, message } of files) {
  const isBroken = status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  if (isBroken) complaints.push(`${relative(process.cwd(), path)} failed outside its tests: ${message}`)
}
if (files.length > 0) {
  for (const { what, file, name } of mustHaveRun) {
    const those = (test) => file.test(test.file) && (name === undefined || name.test(test.name))
    const left = skipped.filter(those).length
    if (left > 0) complaints.push(`${left} tests of ${what} were skipped.`)
    else if (!tests.some(those)) complaints.push(`There is no test of ${what}: nothing in ${file} ran.`)
  }
}
if (testsExit !== '0' && failed.length + complaints.length + unsteady.length === 0) {
  complaints.push(
    `npm test ended with ${testsExit} though no test failed: an error outside the tests, see above.`,
  )
}
if (demoExit !== '0') complaints.push(`The demo ended with ${demoExit}.`)

for (const { name: path, assertionResults, message } of unsteady) {
  const names = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  const what = names.length > 0 ? names.join('; ') : message
  console.error(
    `Unsteady: ${relative(process.cwd(), path)}: ${what} (failed beside the others, passed alone)`,
  )
}
for (const { file, name } of failed) console.error(`Failed: ${file}: ${name}`)
for (const complaint of complaints) console.error(`Failed: ${complaint}`)
const counts = [`${passed.length} passed`, `${failed.length + complaints.length} failed`]
if (skipped.length > 0) counts.push(`${skipped.length} skipped`)
console.log(counts.join(', '))
process.exitCode = failed.length + complaints.length > 0 ? 1 : 0
