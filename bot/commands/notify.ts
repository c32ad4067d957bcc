import { ComponentType } from 'discord.js'
import {
  type NotificationKind,
  notificationKinds,
  type Notifications,
  type NotificationWish,
} from '../../domain/contracts/notification.ts'
import type { Translate } from '../../texts/translate.ts'
import { row } from '../discord/components.ts'
import { describeCommand } from '../discord/describe-command.ts'
import type { Command, Press, Reply, Turn } from '../turn.ts'

export const notify: Command = {
  name: 'notify',
  definition: (texts) => describeCommand(texts, 'notify'),
  run: async (turn) => turn.reply(choice(turn.t, await turn.api.notifications(), [])),
  controls: { choose: { kind: 'act', run: choose } },
}

/** Sends only what is different from what the menu showed, so that a menu that is old undoes nothing. */
async function choose({ t, api, reply }: Turn, { chosen, shown }: Press): Promise<void> {
  const now = new Set(chosen)
  const different = shown.filter(({ value, on }) => isKind(value) && now.has(value) !== on)
  if (different.length === 0) return reply(choice(t, await api.notifications(), [t('notify.same')]))
  const wish: NotificationWish = Object.fromEntries(different.map(({ value }) => [value, now.has(value)]))
  return reply(choice(t, await api.chooseNotifications(wish), [t('notify.saved')]))
}

const isKind = (value: string): value is NotificationKind => notificationKinds.some((kind) => kind === value)

/** Every kind and whether it is told, below the news, and a menu that switches several at once. */
function choice(t: Translate, items: Notifications['items'], news: readonly string[]): Reply {
  const lines = items.map(({ kind, on }) =>
    t(on ? 'notify.on' : 'notify.off', { kind: t(`notify.kind.${kind}`) }),
  )
  return {
    content: [...news, t('notify.heading'), ...lines, t('notify.always')].join('\n'),
    components: [
      row({
        type: ComponentType.StringSelect,
        custom_id: 'notify:choose',
        placeholder: t('placeholder.notify'),
        min_values: 0,
        max_values: items.length,
        options: items.map(({ kind, on }) => ({
          value: kind,
          label: t(`notify.kind.${kind}`),
          default: on,
        })),
      }),
    ],
  }
}
