import { decideIncident } from '../../domain/store/incidents/decide-incident.ts'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { Alert } from '../../domain/store/incidents/raise-alert.ts'
import { alertOfKind, alertsExcept } from './notices-page-alerts.ts'
import { type NoticesStory, opsAddress } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

/** The program's own trouble: what may be done about it, how it ends, and each kind of it. */
export async function programIsInTrouble(story: NoticesStory): Promise<Recorded[]> {
  const { record, raise, end, callSomebody } = story
  const held = alertOfKind('removals-held')
  const away = alertOfKind('directory-away')
  const drift = alertOfKind('drift', {
    parted: Array.from({ length: 300 }, (_, at) => `somebody-${at + 1}`),
    partedCount: 300,
  })
  const byMail = alertOfKind('jobs-away')
  return [
    ...(await record(
      {
        heading: 'The program’s own alert',
        remark: 'Acknowledging it is always offered, deciding where something waits.',
        tell: async () => raise({ ...held, ...(await somethingWaits(story)) }),
      },
      {
        heading: 'An admin looks after it',
        remark: 'By “Acknowledge”; the others see who, and may still decide.',
        tell: () => decide(story, held.key, 'acknowledge'),
      },
      {
        heading: 'An admin has decided',
        remark: 'The same message, without what was to be done; the others see who.',
        tell: async () => {
          await story.hasLasted(held.key)
          await decide(story, held.key, 'approve')
        },
      },
    )),
    ...(await record(
      {
        heading: 'A critical alert of the program',
        remark: 'Calls somebody where a rule says whom.',
        tell: async () => {
          await callSomebody()
          await raise(away)
        },
      },
      {
        heading: 'It is seen again',
        remark: 'The same message, edited now and then.',
        tell: () => raise(away),
      },
      {
        heading: 'It is over',
        remark: 'By itself; the same message.',
        tell: () => end(away.key),
      },
    )),
    ...(await record({
      heading: 'An alert with many names',
      remark: 'The file beside it has all of them.',
      tell: () => raise(drift),
    })),
    await everyKind(story),
    ...(await record(
      {
        heading: 'An alert as mail',
        remark: 'To `ALERT_MAIL_TO`, where there is no channel for alerts, or none that takes them.',
        tell: async () => {
          await rows(story.world.db, 'delete from notice_rule')
          await raise(byMail, { channelId: null, mailTo: opsAddress })
        },
      },
      {
        heading: 'The mail that it is over',
        remark: 'To whoever read that it began, when it had lasted for more than a minute.',
        tell: () => end(byMail.key),
      },
    )),
  ]
}

/** What the alert of removals is about. */
async function somethingWaits({ world: { db } }: NoticesStory): Promise<Pick<Alert, 'subjectId' | 'hold'>> {
  const id = newId()
  await rows(
    db,
    `insert into hold (id, kind, list_id, expires_at) select :id, 'removals', id, now() + interval '1 day' from list where name = 'news'`,
    { id },
  )
  return { subjectId: id, hold: { id, revision: 1 } }
}

async function decide(
  { world: { db, memberId } }: NoticesStory,
  key: string,
  action: 'acknowledge' | 'approve',
): Promise<void> {
  const [incident] = await rows<{ id: string; revision: number }>(
    db,
    'select id, revision from incident where key = :key',
    { key },
  )
  const admin = { memberId: await memberId('ada'), via: 'discord', requestId: null } as const
  await db.transaction((tx) =>
    decideIncident(tx, {
      incidentId: incident?.id ?? '',
      revision: incident?.revision ?? 0,
      action,
      removalLimit: { percent: 20, count: 5 },
      mirrorMaxAgeS: 360,
      ...admin,
    }),
  )
}

/** As many at a time as Discord takes in one channel without a pause. */
const atOnce = 5

async function everyKind({ record, raise }: NoticesStory): Promise<Recorded> {
  const about = {
    heading: 'Every other kind of alert of the program',
    remark: 'With what may be done about it.',
  }
  const alerts = alertsExcept('removals-held', 'directory-away')
  const recorded: Recorded[] = []
  for (let at = 0; at < alerts.length; at += atOnce) {
    const some = alerts.slice(at, at + atOnce)
    const tell = async () => {
      for (const alert of some) await raise(alert)
    }
    recorded.push(...(await record({ ...about, tell })))
  }
  return { ...about, messages: recorded.flatMap(({ messages }) => messages) }
}
