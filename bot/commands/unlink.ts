import { ApiRefusal } from '../call-api.ts'
import { button, row } from '../components.ts'
import { describeCommand } from '../describe-command.ts'
import type { Command, Turn } from '../turn.ts'

export const unlink: Command = {
  name: 'unlink',
  definition: (texts) => describeCommand(texts, 'unlink'),
  run: (turn) => unlessNotLinked(turn, () => askFirst(turn)),
  controls: {
    confirm: { kind: 'act', run: (turn) => unlessNotLinked(turn, () => confirm(turn)) },
    keep: { kind: 'act', run: (turn) => turn.reply({ content: turn.t('unlink.kept'), components: [] }) },
  },
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

/** Somebody who wants no link needs no invitation to make one. */
async function unlessNotLinked({ t, reply }: Turn, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_LINKED') throw error
    await reply({ content: t('unlink.notLinked'), components: [] })
  }
}
