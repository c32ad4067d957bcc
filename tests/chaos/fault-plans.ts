import {
  amidNews,
  apiKilled,
  both,
  cutOff,
  discordLies,
  type Fault,
  hurried,
  mailRefuses,
  outsideFrozen,
  outsideKilled,
  outsideSlow,
  serverFrozen,
  serverKilled,
  serverSlow,
  untilTold,
  workerFrozen,
  workerKilled,
} from './faults.ts'
import { type Between, everyStep } from './steps.ts'

/** What only happens while there is something to send. */
const sending: ReadonlySet<Between> = new Set([
  'a notice in hand and its sending',
  'a mail in hand and its sending',
])
const atStep = (fault: (between: Between) => Fault) => (between: Between) =>
  sending.has(between) ? amidNews(fault(between)) : fault(between)

/** For each run of all tests. */
export const shortFaults: readonly Fault[] = [
  workerKilled('lease and read'),
  workerKilled('modify and record'),
  workerFrozen('read and modify'),
  serverKilled('slapd', 1000),
  serverFrozen('slapd', 1000),
  hurried(serverKilled('postgres', 500)),
  both(
    'job store and Redis killed, Discord and mail killed',
    untilTold('jobs', serverKilled('jobs')),
    untilTold('redis', serverKilled('redis')),
    amidNews(both('', outsideKilled('Discord'), outsideKilled('mail'))),
  ),
]

export const allFaults: readonly Fault[] = [
  ...everyStep.map(atStep(workerKilled)),
  ...everyStep.map(atStep(workerFrozen)),
  untilTold('slapd', serverKilled('slapd')),
  untilTold('slapd', serverFrozen('slapd')),
  serverSlow('slapd', 300),
  cutOff('slapd'),
  untilTold('redis', serverKilled('redis')),
  untilTold('redis', serverFrozen('redis')),
  serverSlow('redis', 300),
  untilTold('jobs', serverKilled('jobs')),
  untilTold('jobs', serverFrozen('jobs')),
  serverSlow('jobs', 300),
  untilTold('postgres', serverKilled('postgres')),
  untilTold('postgres', serverFrozen('postgres')),
  serverSlow('postgres', 100),
  cutOff('postgres'),
  amidNews({ ...outsideKilled('mail'), tells: ['mail-undeliverable'] }),
  amidNews(outsideFrozen('mail', 12_000)),
  amidNews(outsideSlow('mail', 300)),
  amidNews(mailRefuses),
  amidNews({ ...outsideKilled('Discord'), tells: ['discord-undeliverable'] }),
  amidNews(outsideFrozen('Discord', 12_000)),
  amidNews(outsideSlow('Discord', 300)),
  amidNews(discordLies),
  apiKilled,
  both(
    'worker killed between modify and record, slapd killed',
    workerKilled('modify and record'),
    untilTold('slapd', serverKilled('slapd')),
  ),
  both(
    'worker frozen between read and modify, Postgres killed',
    workerFrozen('read and modify'),
    untilTold('postgres', serverKilled('postgres')),
  ),
  both(
    'job store and Redis killed, Discord and mail killed',
    untilTold('jobs', serverKilled('jobs')),
    untilTold('redis', serverKilled('redis')),
    amidNews(both('', outsideKilled('Discord'), outsideKilled('mail'))),
  ),
  both(
    'slapd frozen, Postgres killed, Discord killed',
    serverFrozen('slapd', 4000),
    untilTold('postgres', serverKilled('postgres')),
    outsideKilled('Discord'),
  ),
]
