import { v7 } from 'uuid'
import type { Subscriptions } from '../domain/contracts/subscription.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { type Processes, until, withClient } from './processes.ts'

const account = '600000000000000001'

/**
 * Another tool puts a member on a list, or takes them off, again and again: milliseconds from the end of its ldapmodify until the API's
 * answer to that member says so, which is asked for again and again: the answer's own time is included.
 */
export async function untilShown(
  processes: Processes,
  { directory, databaseUrl }: { directory: Slapd; databaseUrl: string },
  changes: number,
): Promise<number[]> {
  const uid = await linkSomebody(databaseUrl)
  const subscriptions = async () => {
    const answer = await fetch(`${processes.apiUrl}/api/v1/user/subscriptions`, {
      headers: { authorization: `Bearer ${processes.serviceToken}`, 'x-discord-user': account },
    })
    if (!answer.ok) throw new Error(`the api answered ${answer.status}`)
    return ((await answer.json()) as Subscriptions).items
  }
  const tookMs: number[] = []
  for (const { list, subscribed } of (await subscriptions()).slice(0, changes)) {
    const edit = subscribed ? 'delete' : 'add'
    const person = `uid=${uid},${directory.peopleBase}`
    await runLdapTool('ldapmodify', directory, {
      input: `dn: cn=${list},${directory.listsBase}\nchangetype: modify\n${edit}: uniqueMember\nuniqueMember: ${person}\n`,
    })
    const endedAt = performance.now()
    await until(`the api shows ${list}`, async () =>
      (await subscriptions()).some((one) => one.list === list && one.subscribed !== subscribed),
    )
    tookMs.push(performance.now() - endedAt)
  }
  return tookMs
}

async function linkSomebody(databaseUrl: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ uid: string }>(
      `with somebody as (select id, uid from member order by uid desc limit 1),
         linked as (insert into discord_link (id, discord_user_id, member_id) select $1, $2, id from somebody)
       select uid from somebody`,
      [v7(), account],
    )
    if (!rows[0]) throw new Error('nobody is in the mirror')
    return rows[0].uid
  })
}
