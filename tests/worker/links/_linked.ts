import { randomInt } from 'node:crypto'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import type { DiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import type { World } from '../../_support/world.ts'

/** Somebody’s Discord account, linked. Gives its id. */
export async function linkTo(
  { world, discord }: { world: World; discord: DiscordStandIn },
  uid: string,
  locale = 'en-US',
): Promise<string> {
  const id = String(600_000_000_000_000_000n + BigInt(randomInt(2 ** 40)))
  discord.addUser({ id, username: uid, locale })
  await rows(
    world.db,
    'insert into discord_link (id, discord_user_id, member_id, locale) values (:link, :id, :memberId, :locale)',
    { link: newId(), id, memberId: await world.memberId(uid), locale },
  )
  return id
}
