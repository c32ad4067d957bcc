import { expect } from 'vitest'
import { linkWordsFrom } from '../../texts/link-words.ts'
import { rows } from '../../domain/store/database.ts'
import { endAccountLink } from '../../domain/store/links/end-account-link.ts'
import { forgetMember } from '../../domain/store/members/forget-member.ts'
import { lookAtLeaving, tellLeaving } from '../../domain/store/links/leaving.ts'
import { wordLeaving, wordUnlinkedByAdmin } from '../../texts/link-notices.ts'
import { newBrowser } from '../api/browser.ts'
import type { NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

const url = /https?:\/\/\S+/

/** What happens to the link of an account: it can’t be switched off. */
export async function linksAreTold(story: NoticesStory): Promise<Recorded[]> {
  const { api, world, discord, mail, allTold, link } = story
  const before = await link('grace')
  const { id: after } = discord.addUser({ id: '600000000000000901', username: 'grace.at.home' })
  const [erin, frank, olivia] = [await link('erin'), await link('frank'), await link('olivia')]

  /** Does it, and shows what these accounts, and whoever has mail, were told of it. */
  async function heard(
    about: Pick<Recorded, 'heading' | 'remark'>,
    accounts: readonly string[],
    tell: () => Promise<unknown>,
  ): Promise<Recorded> {
    const seen = new Map(accounts.map((account) => [account, discord.dmsOf(account).length]))
    const mailed = mail.messages.length
    await tell()
    await allTold()
    return {
      ...about,
      messages: accounts.flatMap((account) => discord.dmsOf(account).slice(seen.get(account))),
      mails: mail.messages.slice(mailed),
    }
  }
  const lastMail = () => mail.messages.at(-1)?.text ?? ''
  const asNew = api.as(after)

  return [
    await heard({ heading: 'A code for linking', remark: 'By mail, where somebody asks for one.' }, [], () =>
      asNew('POST', '/links/mail', { username: 'grace', discordName: 'grace.at.home', locale: 'en' }),
    ),
    await heard(
      {
        heading: 'Another account asks for a link',
        remark: 'The account that has it is asked, and its person told by mail.',
      },
      [before],
      async () => {
        const code = /^ {4}(\d{3}) (\d{3})$/m.exec(lastMail())?.slice(1).join('')
        expect((await asNew('POST', '/links/code', { code })).status).toBe(202)
      },
    ),
    await heard(
      { heading: 'The link has moved', remark: 'Said to both, and by mail.' },
      [before, after],
      async () => {
        const components = JSON.stringify(discord.dmsOf(before).at(-1)?.components)
        const browser = newBrowser()
        await browser.submit(await browser.open(url.exec(components)?.[0].replace(/".*/, '') ?? ''), {})
      },
    ),
    await heard(
      {
        heading: 'A link is undone',
        remark: 'By the address in the mail about it; the account that was linked is told.',
      },
      [after],
      async () => {
        const browser = newBrowser()
        await browser.submit(await browser.open(url.exec(lastMail())?.[0] ?? ''), {})
      },
    ),
    await heard(
      {
        heading: 'A member had their data deleted in a browser',
        remark: 'The account that was linked is told, since it may not be the same person.',
      },
      [olivia],
      async () => {
        const memberId = await world.memberId('olivia')
        const words = linkWordsFrom(api.context.settings.url)
        await world.db.transaction((tx) => forgetMember(tx, { memberId, via: 'web', words, requestId: null }))
      },
    ),
    await heard(
      { heading: 'An admin has ended a link', remark: 'A direct message, else mail.' },
      [erin],
      async () => {
        const ending = { adminId: await world.memberId('ada'), via: 'api', requestId: null } as const
        await world.db.transaction((tx) =>
          endAccountLink(tx, { discordUserId: erin, ...ending, word: wordUnlinkedByAdmin }),
        )
      },
    ),
    await heard(
      { heading: 'Somebody has left the directory', remark: 'Told before their link ends.' },
      [frank],
      () =>
        world.db.transaction(async (tx) => {
          await rows(tx, `update member set state = 'gone', gone_at = now() where uid = 'frank'`)
          const { leaving } = await lookAtLeaving(tx)
          for (const one of leaving) await tellLeaving(tx, one, wordLeaving(one))
          await rows(tx, `update member set state = 'present', gone_at = null where uid = 'frank'`)
        }),
    ),
  ]
}
