import type { ChangeAction } from '../domain/contracts/change.ts'
import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import type { Trouble } from './alerts.en.ts'
import { megabytes } from './megabytes.ts'

/** How values are shown where the words go: in a message, or in a mail. */
export type Show = {
  /** A moment that lies so many seconds back. */
  since: (seconds: number) => string
  /** A moment, from ISO 8601. */
  when: (iso: string) => string
  /** Names, as many as there is room for, and how many more there are of `count`. */
  names: (names: readonly string[], count: number) => string
}

export type IncidentTexts = {
  troubles: { [Kind in FactualKind]: (facts: IncidentFacts[Kind], show: Show) => Trouble }
  andMore: (names: string, more: number) => string
  separator: string
  duration: (seconds: number) => string
  resolved: (subject: string, after: string) => string
  /** What is said of an end that somebody decided; another end needs no words. */
  outcomes: Readonly<Record<string, string>>
  seen: (count: number, last: string) => string
  acknowledged: (by: string | null, at: string) => string
  buttons: { acknowledge: string; approve: string; deny: string; retry: string; revert: string }
  overSubject: (subject: string) => string
  overText: (after: string, text: string) => string
}

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`
const changes = (count: number) => plural(count, 'change', 'changes')
const tried = (list: string, members: string, action: ChangeAction | null) => {
  if (action === null) return `Changing who is on ${list} (${members})`
  return action === 'subscribe' ? `Putting ${members} on ${list}` : `Taking ${members} off ${list}`
}
const whatFailed = { create: 'created', edit: 'edited', delete: 'deleted' } as const

/** The sentences for admins: what is wrong, and what to do next. Values are put in as they are. */
export const incidentsEn: IncidentTexts = {
  troubles: {
    'directory-away': ({ reason, sinceS }, { since }) => ({
      subject: 'The directory does not answer',
      wrong: `The LDAP directory has given no usable answer since ${since(sinceS)}: ${reason}. Requests are accepted, and carried out once it is back.`,
      mend: 'See whether the LDAP server runs, and whether LDAP_URL is reached from the worker’s machine. There is nothing to make up for by hand.',
    }),
    'target-paused': ({ target, list, code, reason, waiting }) => ({
      subject: list === undefined ? 'Writing to the directory is paused' : 'The directory refuses one list',
      wrong:
        list === undefined
          ? `The directory (${target}) refuses what is written to it, code ${code}: ${reason}. ${plural(waiting, 'change waits', 'changes wait')}, none is lost.`
          : `The directory (${target}) refuses what is written to the list ${list}, code ${code}: ${reason}. ${plural(waiting, 'change waits', 'changes wait')}, none is lost. The other lists go on.`,
      mend:
        list === undefined
          ? 'Check the worker’s account (LDAP_BIND_DN, its password and its rights below LDAP_LISTS_BASE) and that the server is not read-only or full. It is tried again by itself.'
          : 'Check the rights of the worker’s account (LDAP_BIND_DN) on the entry of this list. It is tried again by itself.',
    }),
    'change-failed': ({ list, members, count, action, code, message }, { names }) => ({
      subject: count === 1 ? 'A change failed for good' : `${count} changes failed for good`,
      wrong: `${tried(list, names(members, count), action)} failed (${code}): ${message}`,
      mend: `Mend the cause in the directory, then try ${count === 1 ? 'it' : 'them all'} again. ${count === 1 ? 'The member was' : 'The members were'} told.`,
    }),
    'list-entry-failed': ({ list, operation, code, message }) => ({
      subject: 'A list could not be written',
      wrong: `The entry of the list ${list} could not be ${whatFailed[operation]} in the directory (${code}): ${message}`,
      mend: 'Check the rights of the worker’s account below LDAP_LISTS_BASE and whether another entry has that name. Then ask for it again.',
    }),
    'queue-old': ({ oldestS, waiting }, { since }) => ({
      subject: 'Changes wait too long',
      wrong: `${changes(waiting)} ${waiting === 1 ? 'is' : 'are'} due, the oldest since ${since(oldestS)}.`,
      mend: 'See whether a worker runs, and what its log says about these lists. If workers are busy, start one more.',
    }),
    'removals-held': ({ list, count, members, requestedBy, expiresAt }, { names, when }) => ({
      subject: `Removals from ${list} wait for you`,
      wrong: `${plural(count, 'person', 'people')} would be taken off ${list}${requestedBy === null ? '' : ` at the word of ${requestedBy}`}, more than the limit lets through without a yes: ${names(members, count)}.`,
      mend: `Approve if that is meant, deny if it is not (GET /api/v1/admin/holds shows it too). Without a decision nobody is removed, and it ends ${when(expiresAt)}.`,
    }),
    'people-gone': ({ gone, linked }) => ({
      subject: 'Many linked members are gone from the directory',
      wrong: `${gone} of ${linked} linked members are not in the directory any more. That many at once look like a mistake, so nobody is told and no link ends for now.`,
      mend: 'See whether LDAP_PEOPLE_BASE and LDAP_PEOPLE_FILTER still find everybody, and whether entries are missing. If these people have really left, approve; if not, deny and bring the entries back. Without a decision nothing happens to them, and you are asked again each day.',
    }),
    'lists-gone': ({ gone, total, lists }, { names }) => ({
      subject: 'Many lists are gone from the directory',
      wrong: `${gone} of ${total} lists are not in the directory any more: ${names(lists, gone)}. That many at once look like a mistake, so none is closed for now.`,
      mend: 'See whether LDAP_LISTS_BASE and LDAP_LIST_CLASS still find every list, and whether entries are missing. If they were really deleted, approve: requests about them fail. If not, deny, which cancels these requests, and bring the lists back. Without a decision the requests wait, and you are asked again each day.',
    }),
    'read-incomplete': ({ problem }) => ({
      subject: 'The directory was not read completely',
      wrong: `Reading the directory ended early: ${problem}. Nothing was removed because of it, and what was read before is still shown.`,
      mend: 'Check size and time limits of the worker’s account on the server, and that both bases exist. The next read is on its way by itself.',
    }),
    drift: ({ list, joined, parted, joinedCount, partedCount, edits }, { names }) => ({
      subject: `${list} was changed by another tool`,
      wrong: [
        edits > 1
          ? `${list} was changed in the directory ${edits} times, and nobody asked for it here. This is the last time.`
          : `${list} was changed in the directory, and nobody asked for it here.`,
        ...(joinedCount > 0 ? [`New on it (${joinedCount}): ${names(joined, joinedCount)}.`] : []),
        ...(partedCount > 0 ? [`No longer on it (${partedCount}): ${names(parted, partedCount)}.`] : []),
      ].join(' '),
      mend:
        edits > 1
          ? 'If that was meant, acknowledge it. If not, revert: that undoes the last time; the times before it are in the reports of the reads.'
          : 'If that was meant, acknowledge it. If not, revert: the list gets back the members that it had.',
    }),
    'redis-away': ({ reason, sinceS }, { since }) => ({
      subject: 'Redis does not answer',
      wrong: `Redis has not answered since ${since(sinceS)}: ${reason}. Everything goes on; limits are counted by each api for itself.`,
      mend: 'See whether Redis runs, and whether REDIS_URL names the right server and user.',
    }),
    'redis-full': ({ used, max }) => ({
      subject: 'Redis is nearly full',
      wrong: `Redis uses ${megabytes(used)} of the ${megabytes(max)} MB that it may have. When it is full, each api counts limits for itself, and nothing is kept in caches; no request fails.`,
      mend: 'See what fills it (redis-cli --bigkeys as its administrator), and raise maxmemory.',
    }),
    'jobs-away': ({ reason, sinceS }, { since }) => ({
      subject: 'The job store does not answer',
      wrong: `The job store has not answered since ${since(sinceS)}: ${reason}. Workers do the most urgent by their own clocks meanwhile.`,
      mend: 'See whether the database behind JOBS_URL runs and can be reached. Jobs go on by themselves once it is back.',
    }),
    'postgres-away': ({ reason, sinceS }, { since }) => ({
      subject: 'Postgres does not answer',
      wrong: `Postgres has not answered since ${since(sinceS)}: ${reason}. Without it nothing is accepted; what was accepted before is safe.`,
      mend: 'See whether Postgres runs, has room on its disk, and can be reached at DATABASE_URL. Everything goes on by itself once it is back.',
    }),
    'pool-exhausted': ({ process, waiting, max }) => ({
      subject: 'Every connection to Postgres is in use',
      wrong: `The ${process} uses all of its ${plural(max, 'connection', 'connections')}, and ${plural(waiting, 'request waits', 'requests wait')} for one.`,
      mend: 'Look for slow statements in Postgres; if there are none, raise DATABASE_POOL_MAX or start one more process.',
    }),
    'mail-undeliverable': ({ count, error }) => ({
      subject: 'Mail does not get out',
      wrong: `${plural(count, 'mail', 'mails')} could not be sent. The last reason: ${error}`,
      mend: 'Check SMTP_URL and MAIL_FROM, and whether the mail server takes our mail. What waits is sent by itself; an address that was refused has to be corrected in the directory.',
    }),
    'discord-undeliverable': ({ count, error }) => ({
      subject: 'Messages to Discord do not get out',
      wrong: `${plural(count, 'message', 'messages')} could not be sent. The last reason: ${error}`,
      mend: 'Check DISCORD_TOKEN, whether the bot may write in the channel of DISCORD_ALERT_CHANNEL_ID, and Discord’s own status page. What waits is sent by itself.',
    }),
    'clock-skew': ({ skewS, from }) => ({
      subject: 'The clocks do not agree',
      wrong: `The clock of the worker’s machine and that of ${from === 'postgres' ? 'Postgres' : 'the directory'} differ by ${Math.abs(Math.round(skewS))} seconds.`,
      mend: 'Let both machines set their clocks by the same NTP servers. Times in the audit are those of Postgres.',
    }),
    'audit-broken': ({ position, problem }) => ({
      subject: 'The audit does not hold together',
      wrong: `The chain of the audit is broken at position ${position}: ${problem}. Entries from there on may have been changed by hand.`,
      mend: 'Keep the database as it is, compare it with a backup and with the last signed checkpoint, and find out who had access.',
    }),
  },
  andMore: (names, more) => `${names} and ${more} more`,
  separator: ', ',
  duration: (seconds) => {
    if (seconds < 90) return plural(Math.max(1, Math.round(seconds)), 'second', 'seconds')
    if (seconds < 5400) return plural(Math.round(seconds / 60), 'minute', 'minutes')
    if (seconds < 172_800) return plural(Math.round(seconds / 3600), 'hour', 'hours')
    return plural(Math.round(seconds / 86_400), 'day', 'days')
  },
  resolved: (subject, after) => `✅ **${subject}**: resolved after ${after}`,
  outcomes: {
    approved: 'Approved.',
    denied: 'Denied.',
    expired: 'Nobody decided in time, so nothing was done.',
    reverted: 'Reverted.',
    retried: 'Tried again.',
  },
  seen: (count, last) => `Seen ${count} times, last ${last}`,
  acknowledged: (by, at) => `👀 ${by ?? 'Somebody'} looks after it, since ${at}`,
  buttons: {
    acknowledge: 'Acknowledge',
    approve: 'Approve',
    deny: 'Deny',
    retry: 'Try again',
    revert: 'Revert',
  },
  overSubject: (subject) => `Over: ${subject}`,
  overText: (after, text) => `This is over, after ${after}. It was:\n\n${text}`,
}
