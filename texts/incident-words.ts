import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import { isRevertible, revertAtMost } from '../domain/rules/revertible.ts'
import { megabytes } from './megabytes.ts'
import type { TextKey, Translate } from './translate.ts'

/** What is wrong, and what somebody can do about it. */
export type Trouble = { subject: string; wrong: string; mend: string }

/** How values are shown where the words go: in a message, or in a mail. */
export type Show = {
  /** A moment that lies so many seconds back. */
  since: (seconds: number) => string
  /** A moment, from ISO 8601. */
  when: (iso: string) => string
  /** Names, as many as there is room for, and how many more there are of `count`. */
  names: (names: readonly string[], count: number) => string
  /** Puts sentences after each other. */
  sentences: (all: readonly string[]) => string
}

/** The sentences about a kind of trouble. Values are put in as they are. */
export function troubleOf<Kind extends FactualKind>(
  t: Translate,
  kind: Kind,
  facts: IncidentFacts[Kind],
  show: Show,
): Trouble {
  const { subject, wrong, mend }: Said<'redis-full'> = troubles[kind](facts, show, t)
  // One of those whose texts have both.
  const likeThis = kind as 'redis-full'
  return {
    subject: subject ?? t(`incident.${likeThis}.subject`),
    wrong,
    mend: mend ?? t(`incident.${likeThis}.mend`),
  }
}

/** A subject or an advice that is always the same is found by the kind. Where the texts have none for it, a kind must bring its own. */
type Said<Kind extends FactualKind> = { wrong: string } & Of<Kind, 'subject'> & Of<Kind, 'mend'>

type Of<Kind extends FactualKind, Part extends string> = `incident.${Kind}.${Part}` extends TextKey
  ? { [name in Part]?: string }
  : { [name in Part]: string }

const numberOf = (count: number) => (count === 1 ? 'one' : 'many')

const away =
  (kind: 'directory-away' | 'redis-away' | 'jobs-away' | 'postgres-away') =>
  ({ reason, sinceS }: IncidentFacts['redis-away'], { since }: Show, t: Translate): Said<'redis-away'> => ({
    wrong: t(`incident.${kind}.wrong`, { reason, since: since(sinceS) }),
  })

const troubles: {
  [Kind in FactualKind]: (facts: IncidentFacts[Kind], show: Show, t: Translate) => Said<Kind>
} = {
  'directory-away': ({ refused, ...lasting }, show, t) => {
    if (refused === undefined) return away('directory-away')(lasting, show, t)
    return {
      subject: t('incident.directory-away.api.subject'),
      wrong: t('incident.directory-away.api.wrong', {
        reason: lasting.reason,
        since: show.since(lasting.sinceS),
      }),
      mend: t('incident.directory-away.api.mend'),
    }
  },
  'redis-away': away('redis-away'),
  'jobs-away': away('jobs-away'),
  'postgres-away': away('postgres-away'),

  'target-paused': ({ target, list, code, reason, waiting }, _show, t) => {
    const values = {
      target,
      code,
      reason,
      waits: t(`incident.waits.${numberOf(waiting)}`, { count: waiting }),
    }
    if (list === undefined) return { wrong: t('incident.target-paused.wrong', values) }
    return {
      subject: t('incident.target-paused.list.subject'),
      wrong: t('incident.target-paused.list.wrong', { ...values, list }),
      mend: t('incident.target-paused.list.mend'),
    }
  },

  'change-failed': ({ list, members, count, action, code, message }, { names }, t) => ({
    subject:
      count === 1
        ? t('incident.change-failed.one.subject')
        : t('incident.change-failed.many.subject', { count }),
    wrong: t(`incident.change-failed.${action ?? 'both'}`, {
      list,
      members: names(members, count),
      code,
      message,
    }),
    mend: t(`incident.change-failed.${numberOf(count)}.mend`),
  }),

  'list-entry-failed': ({ list, operation, code, message }, _show, t) => ({
    wrong: t(`incident.list-entry-failed.${operation}`, { list, code, message }),
  }),

  'queue-old': ({ oldestS, waiting }, { since }, t) => ({
    wrong: t(`incident.queue-old.${numberOf(waiting)}`, { count: waiting, since: since(oldestS) }),
  }),

  'removals-held': ({ list, count, members, requestedBy, expiresAt }, { names, when }, t) => {
    const values = { list, count, members: names(members, count) }
    return {
      subject: t('incident.removals-held.subject', { list }),
      wrong:
        requestedBy === null
          ? t(`incident.removals-held.${numberOf(count)}`, values)
          : t(`incident.removals-held.asked.${numberOf(count)}`, { ...values, requestedBy }),
      mend: t('incident.removals-held.mend', { when: when(expiresAt) }),
    }
  },

  'requests-waiting': ({ list, count, members, askedAt }, { names, when }, t) => ({
    subject: t(`incident.requests-waiting.${numberOf(count)}.subject`, { list, count }),
    wrong: t(`incident.requests-waiting.${numberOf(count)}`, {
      list,
      count,
      members: names(members, count),
      when: when(askedAt),
    }),
    mend: t(`incident.requests-waiting.${numberOf(count)}.mend`),
  }),

  'people-gone': (facts, _show, t) => ({ wrong: t('incident.people-gone.wrong', facts) }),

  'lists-gone': ({ gone, total, lists }, { names }, t) => ({
    wrong: t('incident.lists-gone.wrong', { gone, total, lists: names(lists, gone) }),
  }),

  'admins-lost': ({ problem, value }, _show, t) => ({
    ...(problem === 'number' ? { subject: t('incident.admins-lost.subject.number') } : {}),
    wrong: t(`incident.admins-lost.${problem}`, { value }),
  }),

  'read-incomplete': (facts, _show, t) => ({ wrong: t('incident.read-incomplete.wrong', facts) }),

  drift: ({ list, joined, parted, joinedCount, partedCount, edits }, { names, sentences }, t) => ({
    subject: t('incident.drift.subject', { list }),
    wrong: sentences([
      edits > 1 ? t('incident.drift.many', { list, count: edits }) : t('incident.drift.one', { list }),
      ...(joinedCount > 0
        ? [t('incident.drift.joined', { count: joinedCount, members: names(joined, joinedCount) })]
        : []),
      ...(partedCount > 0
        ? [t('incident.drift.parted', { count: partedCount, members: names(parted, partedCount) })]
        : []),
    ]),
    mend: isRevertible({ joinedCount, partedCount })
      ? t(`incident.drift.${edits > 1 ? 'many' : 'one'}.mend`)
      : t('incident.drift.large.mend', { list, most: revertAtMost }),
  }),

  'redis-full': ({ used, max }, _show, t) => ({
    wrong: t('incident.redis-full.wrong', { used: megabytes(used), max: megabytes(max) }),
  }),

  'pool-exhausted': ({ process, waiting, max }, _show, t) => ({
    wrong: t('incident.pool-exhausted.wrong', {
      process,
      connections: t(`incident.pool-exhausted.connections.${numberOf(max)}`, { count: max }),
      requests: t(`incident.pool-exhausted.requests.${numberOf(waiting)}`, { count: waiting }),
    }),
  }),

  'mail-undeliverable': ({ count, error }, _show, t) => ({
    wrong: t(`incident.mail-undeliverable.${numberOf(count)}`, { count, error }),
  }),

  'discord-undeliverable': ({ count, error }, _show, t) => ({
    wrong: t(`incident.discord-undeliverable.${numberOf(count)}`, { count, error }),
  }),

  'clock-skew': ({ skewS, from }, _show, t) => ({
    wrong: t(`incident.clock-skew.${from}`, { seconds: Math.abs(Math.round(skewS)) }),
  }),

  'audit-broken': (facts, _show, t) => ({ wrong: t('incident.audit-broken.wrong', facts) }),
}
