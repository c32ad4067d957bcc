import { expect, it } from 'vitest'
import { accountIdOf } from '../../sandbox/account-id.ts'
import { bringBackMembers } from '../../sandbox/start/bring-back-members.ts'
import { addLink, addMember } from '../api/api-server.ts'
import { startLinking } from '../api/links/linking.ts'
import { roleId, standInForTest, token } from './discord/test-bot.ts'

it('who was linked is in the invented server again, by name, and can be written to', async (t) => {
  const linking = await startLinking(t)
  const [alice, bob, stranger] = [accountIdOf('alice'), accountIdOf('bob'), '600000000000000001']
  const named = { discordName: 'Alice Anderson (@alice)', locale: 'zh-TW' }
  const { code } = await linking.prove(await linking.begin(alice, named))
  expect((await linking.enter(code, alice)).status).toBe(200)
  for (const account of [bob, stranger])
    await addLink(linking.api, account, (await addMember(linking.api, `member${account}`)).id)

  await linking.api.sql('update discord_link set unlinked_at = now() where discord_user_id = $1', [bob])

  const discord = await standInForTest()
  const environment = { DATABASE_URL: linking.api.databaseUrl, DISCORD_VERIFIED_ROLE_ID: roleId }
  await bringBackMembers(environment, discord)
  const shown = { locale: 'en-US', globalName: null }
  expect(discord.members).toHaveLength(3)
  expect(discord.members).toEqual(
    expect.arrayContaining([
      { id: alice, username: 'alice', globalName: 'Alice Anderson', locale: 'zh-TW' },
      { ...shown, id: bob, username: 'bob', globalName: 'Bob Brown' },
      { ...shown, id: stranger, username: `user_${stranger}` },
    ]),
  )
  expect([alice, bob, stranger].map((id) => discord.rolesOf(id))).toEqual([[roleId], [], [roleId]])
  const opened = await fetch(`${discord.url}/v10/users/@me/channels`, {
    method: 'POST',
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ recipient_id: bob }),
  })
  expect(opened.status).toBe(200)
})
