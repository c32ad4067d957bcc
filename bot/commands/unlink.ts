import type { ChatInputCommandInteraction } from 'discord.js'
import { ApiRefusal } from '../call-api.ts'
import { button, row } from '../discord/components.ts'
import { describeCommand, userOption } from '../discord/describe-command.ts'
import type { Command, Press, Turn } from '../turn.ts'
import { accountMention, linkOf } from './whois.ts'

export const unlink: Command = {
  name: 'unlink',
  definition: (texts) => describeCommand(texts, 'unlink', [userOption(texts, 'option.unlink.user')]),
  run,
  controls: {
    confirm: { kind: 'act', run: (turn) => unlessNotLinked(turn, () => confirm(turn)) },
    other: { kind: 'act', run: confirmOther },
    keep: { kind: 'act', run: (turn) => turn.reply({ content: turn.t('unlink.kept'), components: [] }) },
  },
}

async function run(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const other = options.getUser('user')
  if (other !== null && other.id !== turn.user.id) await askAboutOther(turn, other.id)
  else await unlessNotLinked(turn, () => askFirst(turn))
}

async function askFirst({ t, api, reply }: Turn): Promise<void> {
  const username = await nameOf(api)
  await reply({
    content: username === null ? t('unlink.askGone') : t('unlink.ask', { username }),
    components: [
      row(button('unlink:confirm', t('button.unlink'), 'danger'), button('unlink:keep', t('button.keep'))),
    ],
  })
}

/** Null for somebody who is gone from the directory; they may be about to move to a new account. */
async function nameOf(api: Turn['api']): Promise<string | null> {
  try {
    return (await api.me()).username
  } catch (error) {
    if (error instanceof ApiRefusal && error.reason === 'MEMBER_GONE') return null
    throw error
  }
}

async function confirm({ t, api, lists, user, reply }: Turn): Promise<void> {
  await api.unlink()
  lists.forget(user.id)
  await reply({ content: t('unlink.done'), components: [] })
}

/** For admins: whether they are one, the API says. */
async function askAboutOther(turn: Turn, account: string): Promise<void> {
  const { t } = turn
  const link = await linkOf(turn, account)
  if (link === null) return
  const { displayName, username } = link
  await turn.reply({
    content: t('unlink.askOther', { account: accountMention(account), displayName, username }),
    components: [
      row(
        button(`unlink:other:${account}`, t('button.unlinkOther'), 'danger'),
        button('unlink:keep', t('button.keep')),
      ),
    ],
  })
}

async function confirmOther(turn: Turn, { argument: account }: Press): Promise<void> {
  const { t, api, lists, reply } = turn
  const values = { account: accountMention(account) }
  try {
    await api.endLinkOf(account)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_FOUND') throw error
    return reply({ content: t('whois.notLinked', values), components: [] })
  }
  lists.forget(account)
  await reply({ content: t('unlink.doneOther', values), components: [] })
}

/** Somebody who wants no link needs no invitation to make one. */
async function unlessNotLinked({ t, reply }: Turn, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_LINKED') throw error
    await reply({ content: t('unlink.notLinked'), components: [] })
  }
}
