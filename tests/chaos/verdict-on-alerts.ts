import type { IncidentKind } from '../../domain/contracts/incident.ts'
import { rows } from '../../domain/store/database.ts'
import { keptAlertsTable } from '../../worker/deliver/kept-alerts.ts'
import { alertChannel, type ChaosSystem } from './chaos-system.ts'
import type { Told } from './told.ts'

type Incident = {
  key: string
  kind: IncidentKind
  beganAt: Date
  resolvedAt: Date | null
  notices: number
  messageId: string | null
}

/** Each fault that had to be told of is told of once, in one message, which says that it is over. */
export async function whatWasToldWrongly(system: ChaosSystem, told: readonly Told[]): Promise<string[]> {
  const incidents = await rows<Incident>(
    system.db,
    `select i.key, i.kind, i.began_at, i.resolved_at, count(n.id)::integer as notices, min(n.message_id) as message_id
     from incident i left join notice n on n.incident_id = i.id and n.state = 'sent' group by i.id order by i.id`,
  )
  return [
    ...notOnce(incidents, told),
    ...notOver(system, incidents),
    ...twiceAtOnce(incidents),
    ...strays(system, incidents),
    ...(await unsentMails(system)),
  ]
}

function notOnce(incidents: readonly Incident[], told: readonly Told[]): string[] {
  return told.flatMap(({ fault, kinds, since }, at) => {
    const until = told[at + 1]?.since ?? new Date(8.64e15)
    const within = incidents.filter(({ beganAt }) => beganAt >= since && beganAt < until)
    return kinds.flatMap((kind) => {
      const times = within.filter((incident) => incident.kind === kind).length
      return times === 1 ? [] : [`“${fault}”: ${times} incidents of ${kind}, and it was one`]
    })
  })
}

function notOver({ discord }: ChaosSystem, incidents: readonly Incident[]): string[] {
  const shown = new Map(discord.messagesIn(alertChannel).map(({ id, content }) => [id, content]))
  return incidents.flatMap(({ key, resolvedAt, notices, messageId }) => {
    if (resolvedAt === null) return [`the incident ${key} is not over`]
    if (notices !== 1 || messageId === null) return [`the incident ${key} has ${notices} messages`]
    const content = shown.get(messageId)
    return content?.startsWith('✅') ? [] : [`the message of ${key} does not say that it is over: ${content}`]
  })
}

function twiceAtOnce(incidents: readonly Incident[]): string[] {
  return incidents.flatMap((one, at) =>
    incidents
      .slice(at + 1)
      .filter((other) => other.key === one.key && other.beganAt < (one.resolvedAt ?? new Date(8.64e15)))
      .map(({ key }) => `two incidents of ${key} lasted at once`),
  )
}

function strays({ discord }: ChaosSystem, incidents: readonly Incident[]): string[] {
  const known = new Set(incidents.map(({ messageId }) => messageId))
  return discord
    .messagesIn(alertChannel)
    .filter(({ id }) => !known.has(id))
    .map(({ content }) => `a message belongs to no incident: ${content.split('\n')[0]}`)
}

async function unsentMails({ db, mail }: ChaosSystem): Promise<string[]> {
  const mails = await rows<{ id: string; subject: string; state: string }>(
    db,
    'select id, subject, state from mail',
  )
  const came = new Set(mail.messages.map(({ headers }) => headers['message-id']))
  return mails.flatMap(({ id, subject, state }) =>
    state === 'sent' && came.has(`<${id}@guildpost>`)
      ? []
      : [`the mail “${subject}” is ${state}, or never came`],
  )
}

/**
 * Incidents that are not over or not on record, their messages, and mails that have not left. Members are told of their changes all the
 * time; `whileAsking`: and admins of those who ask to join a list.
 */
export async function untold(
  { db, redis }: ChaosSystem,
  { whileAsking }: { whileAsking: boolean },
): Promise<string[]> {
  const kept = Object.keys(await redis.allIn(keptAlertsTable))
  const left = await rows<{ what: string }>(
    db,
    `select 'the incident ' || key as what from incident
     where resolved_at is null and not (:whileAsking and kind = 'requests-waiting')
     union all
     select concat_ws(' ', 'the message of', coalesce(i.key, n.kind), 'to', n.destination_kind, n.attempts, n.error, 'due in', n.due_at - now(),
       'the place rests for', d.resume_at - now(), 'is in hand for', d.lease_until - now())
     from notice n left join incident i on i.id = n.incident_id
     left join destination d on (d.kind, d.id) = (n.destination_kind, n.destination_id)
     where n.state = 'queued' and n.kind = 'alert' and not (:whileAsking and coalesce(i.kind = 'requests-waiting', false))
     union all
     select concat_ws(' ', 'the mail', subject, attempts, error, 'due in', due_at - now()) from mail where state = 'queued'`,
    { whileAsking },
  )
  return [...left.map(({ what }) => what), ...kept.map((name) => `${name} is not on record`)]
}
