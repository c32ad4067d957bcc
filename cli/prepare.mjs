// Makes a clone ready to run: npm's packages, and the servers that npm does not have. Runs on the Node that the
// system happens to have, before anything is installed, so it is plain JavaScript without a dependency.
// With --test also what only the tests need. A server that is named in the environment or in .env.dev (.env.prod with
// APP_ENV=prod) needs no stand-in, so nothing is installed for it, except with --demo, --test and --bench: those use stand-ins only.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import * as util from 'node:util'
import { findBrowser } from './find-browser.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const forTests = process.argv.includes('--test')
const onStandInsOnly = ['--demo', '--test', '--bench'].some((flag) => process.argv.includes(flag))

const programs = [
  { name: 'slapd', debian: 'slapd', brew: 'openldap', insteadOf: 'LDAP_URL' },
  { name: 'ldapsearch', debian: 'ldap-utils', brew: 'openldap', insteadOf: 'LDAP_URL' },
  { name: 'redis-server', debian: 'redis-server', brew: 'redis', insteadOf: 'REDIS_URL' },
]
const folders = [
  ...(env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/local/libexec',
  '/usr/lib/openldap',
  // Homebrew keeps OpenLDAP's server apart, since macOS has a client of its own.
  '/opt/homebrew/opt/openldap/libexec',
  '/usr/local/opt/openldap/libexec',
]

try {
  await installPackages()
  await installServers()
  if (forTests) {
    await installBrowser()
    await installForSomeTests()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function installPackages() {
  const stamp = join(root, 'node_modules/.prepared')
  // npm writes the other one, so that a clone that somebody ran `npm ci` in is up to date, too.
  const installedAt = Math.max(timeOf(stamp), timeOf(join(root, 'node_modules/.package-lock.json')))
  const isCurrent = installedAt >= timeOf(join(root, 'package-lock.json'))
  const node = join(root, 'node_modules/.bin/node')
  if (isCurrent && existsSync(node)) return

  await show('Installing the packages from npm', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (!existsSync(node)) {
    // Somebody's npm runs no install scripts; without this one there is no Node.
    const cwd = join(root, 'node_modules/node')
    await show('Installing Node', process.execPath, ['installArchSpecificPackage.js'], { cwd })
  }
  writeFileSync(stamp, '')
  // Later than the lock file, even where the clocks of two file systems differ.
  const now = Math.max(Date.now(), timeOf(join(root, 'package-lock.json'))) / 1000
  utimesSync(stamp, now, now)
}

async function installServers() {
  const given = onStandInsOnly ? {} : givenEnvironment()
  const isReplaced = (variable) => Boolean(given[variable] || given[`${variable}_FILE`])
  const missing = programs.filter(({ name, insteadOf }) => !isReplaced(insteadOf) && !isInstalled(name))
  if (missing.length === 0) return
  const unique = (key) => [...new Set(missing.map((program) => program[key]))].join(' ')
  if (mayUseApt()) return aptInstall(unique('debian').split(' '))

  const names = missing.map(({ name }) => name).join(', ')
  if (process.platform === 'darwin') {
    throw new Error(`Not installed: ${names}. Get it with: brew install ${unique('brew')}
(brew keeps slapd in $(brew --prefix openldap)/libexec/slapd; it is found there.)`)
  }
  if (existsSync('/usr/bin/apt-get')) {
    throw new Error(`Not installed: ${names}. Get it with: sudo apt-get install ${unique('debian')}`)
  }
  throw new Error(
    `Not installed: ${names}. Install OpenLDAP (server and client tools) and Redis with your system's package manager.`,
  )
}

/** As the processes read it: what is set wins over the file, also when it is set to nothing. */
function givenEnvironment() {
  const file = join(root, `.env.${env.APP_ENV || 'dev'}`)
  // Node has parseEnv from 20.12 on. Without it all servers count as needed.
  if (!existsSync(file) || util.parseEnv === undefined) return env
  return { ...util.parseEnv(readFileSync(file, 'utf8')), ...env }
}

/** Without a browser its tests are skipped, so this never ends the run. */
async function installBrowser() {
  const { missing } = findBrowser(env)
  if (missing === null) return
  if (!env.CHROMIUM && mayUseApt() && isDebian()) {
    return aptInstall(['chromium'], 'which the tests of pages need').catch((error) =>
      console.error(`Going on without a browser: the tests that need one are skipped. ${error.message}`),
    )
  }
  console.error(`The tests that need a browser are skipped: ${missing}.`)
}

/** What a few tests need and no other system than Debian has ready: without it they are skipped, and say so. */
async function installForSomeTests() {
  if (!mayUseApt() || !isDebian()) return
  const packages = [
    ...(existsSync('/usr/sbin/ns-slapd') ? [] : ['389-ds-base']),
    // The Postgres that npm brings has no pg_dump, and one may not be older than the server that it dumps.
    ...(existsSync('/usr/lib/postgresql') ? [] : ['postgresql']),
  ]
  if (packages.length === 0) return
  await aptInstall(packages, 'which a few tests need').catch((error) =>
    console.error(
      `Going on without ${packages.join(' and ')}: the tests that need them are skipped. ${error.message}`,
    ),
  )
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function mayUseApt() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

async function aptInstall(packages, reason = '') {
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }
  const apt = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300']
  const install = [...apt, 'install', '--no-install-recommends', ...packages]
  const update = () => show("Updating apt's lists", 'apt-get', [...apt, 'update'], quiet)
  await withoutStartingServices(async () => {
    const hasLists =
      existsSync('/var/lib/apt/lists') &&
      readdirSync('/var/lib/apt/lists').some((name) => name.includes('Packages'))
    if (!hasLists) await update()
    const title = `Installing ${packages.join(', ')}${reason && `, ${reason},`} with apt`
    await show(title, 'apt-get', install, quiet).catch(async (error) => {
      if (!hasLists) throw error
      // Most likely the lists are older than what the mirror has by now.
      await update()
      await show(title, 'apt-get', install, quiet)
    })
  })
}

/** apt hears Ctrl-C as well and ends; we stay to clean up. */
function stay() {}

/** Debian starts what it installs unless this program says 101 (see invoke-rc.d). Somebody else's is left alone. */
async function withoutStartingServices(work) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return work()
  process.on('SIGINT', stay).on('SIGTERM', stay)
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(policy, { force: true })
    process.off('SIGINT', stay).off('SIGTERM', stay)
  }
}

/** Runs a command with a line when it begins, every ten seconds and when it is done; its own words only if it fails. */
function show(title, command, args, options = {}) {
  const startedAt = Date.now()
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`
  console.log(`${title} ...`)
  const ticker = setInterval(() => console.log(`  still at it, ${seconds()}`), 10_000)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => reject(new Error(`${title} failed: ${error.message}`)))
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`${output.trim()}\n${title} failed: see above.`))
      console.log(`  done in ${seconds()}`)
      resolve()
    })
  }).finally(() => clearInterval(ticker))
}

function isInstalled(name) {
  return folders.some((folder) => existsSync(join(folder, name)))
}

function timeOf(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}
