import { describeCommand } from '../discord/describe-command.ts'
import type { Command, Turn } from '../turn.ts'

export const whoami: Command = {
  name: 'whoami',
  definition: (texts) => describeCommand(texts, 'whoami'),
  run,
}

async function run({ t, api, reply }: Turn): Promise<void> {
  const [me, lists] = await Promise.all([api.me(), api.subscriptions()])
  const on = lists.filter(({ subscribed }) => subscribed).length
  const { displayName, username } = me
  await reply({
    content: [
      t(me.isAdmin ? 'whoami.admin' : 'whoami.member', { displayName, username }),
      t('whoami.lists', { on, total: lists.length }),
    ].join('\n'),
    components: [],
  })
}
