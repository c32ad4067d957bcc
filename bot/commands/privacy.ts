import { ApiRefusal } from '../call-api.ts'
import { button, linkButton, row } from '../discord/components.ts'
import { describeCommand, subcommand } from '../discord/describe-command.ts'
import type { Command, Reply, Turn } from '../turn.ts'

export const privacy: Command = {
  name: 'privacy',
  definition: (texts) =>
    describeCommand(texts, 'privacy', [
      subcommand(texts, 'export', 'option.privacy.export'),
      subcommand(texts, 'forget', 'option.privacy.forget'),
    ]),
  run: (turn, { options }) =>
    options.getSubcommand() === 'forget' ? unlessNotLinked(turn, askFirst) : tellWhere(turn),
  controls: {
    forget: { kind: 'act', run: (turn) => unlessNotLinked(turn, forget) },
    keep: { kind: 'act', run: (turn) => turn.reply({ content: turn.t('privacy.kept'), components: [] }) },
  },
}

/** Everything about a member is given out to who signs in as them, never to who has their Discord account in hand. */
async function tellWhere({ t, api, reply }: Turn): Promise<void> {
  await reply({
    content: t('privacy.export'),
    components: [row(linkButton(await api.accountUrl(), t('button.openAccount')))],
  })
}

async function askFirst({ t, api, reply }: Turn): Promise<void> {
  await reply({
    content: t((await isGone(api)) ? 'privacy.askGone' : 'privacy.ask'),
    components: [
      row(
        button('privacy:forget', t('button.forget'), 'danger'),
        button('privacy:keep', t('button.dontForget')),
      ),
    ],
  })
}

async function isGone(api: Turn['api']): Promise<boolean> {
  try {
    await api.me()
    return false
  } catch (error) {
    if (error instanceof ApiRefusal && error.reason === 'MEMBER_GONE') return true
    throw error
  }
}

async function forget({ t, api, lists, user, reply }: Turn): Promise<void> {
  try {
    await api.forgetMe()
  } catch (error) {
    if (error instanceof ApiRefusal && error.reason === 'CHANGES_OPEN') return reply(stillOpen(t, error))
    if (error instanceof ApiRefusal && error.reason === 'LINK_NOT_ENOUGH')
      return reply(inBrowser(t, await api.accountUrl()))
    throw error
  }
  lists.forget(user.id)
  await reply({ content: t('privacy.forgotten'), components: [] })
}

/** Reading somebody's mail once is not enough to delete what is theirs. */
const inBrowser = (t: Turn['t'], accountUrl: string): Reply => ({
  content: t('privacy.inBrowser'),
  components: [row(linkButton(`${accountUrl}/forget`, t('button.forgetThere')))],
})

function stillOpen(t: Turn['t'], { details }: ApiRefusal): Reply {
  const lists = Array.isArray(details['lists']) ? details['lists'].join(t('names.between')) : ''
  return { content: t('privacy.changesOpen', { lists }), components: [] }
}

/** Nobody knows who they are: there is no need to link first, only to be forgotten. */
async function unlessNotLinked(turn: Turn, run: (turn: Turn) => Promise<void>): Promise<void> {
  try {
    await run(turn)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_LINKED') throw error
    await turn.reply({ content: turn.t('privacy.notLinked'), components: [] })
  }
}
