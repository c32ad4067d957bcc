import type { ChatInputCommandInteraction } from 'discord.js'
import type { LinkRequest } from '../../domain/contracts/link.ts'
import { ApiRefusal } from '../call-api.ts'
import { button, linkButton, row } from '../discord/components.ts'
import { choiceOption, describeCommand, textOption } from '../discord/describe-command.ts'
import { codeModal, enterCode, pageRow, timeOf } from './enter-link-code.ts'
import { plain } from '../discord/harmless-text.ts'
import { retryTime } from '../refusal-reply.ts'
import type { Command, Turn } from '../turn.ts'

export const link: Command = {
  name: 'link',
  definition: (texts) =>
    describeCommand(texts, 'link', [
      choiceOption(texts, 'method', 'option.link.method', {
        web: 'choice.link.web',
        mail: 'choice.link.mail',
      }),
      textOption(texts, 'username', 'option.link.username', longestUsername),
    ]),
  run,
  controls: {
    start: { kind: 'act', run: beginOnPage },
    code: { kind: 'ask', modal: codeModal },
    submit: { kind: 'act', run: enterCode },
  },
}

const longestUsername = 256

async function run(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  if (options.getString('method') !== 'mail') return beginOnPage(turn)
  const username = plain(options.getString('username') ?? '', longestUsername)
  if (username === '') return turn.reply({ content: turn.t('link.mailNeedsName'), components: pageRow(turn) })
  await unlessPaused(turn, () => beginByMail(turn, username))
}

async function beginOnPage(turn: Turn): Promise<void> {
  await unlessPaused(turn, async () => {
    const { t } = turn
    const attempt = await turn.api.beginLink(requestOf(turn))
    await turn.reply({
      content: t('link.begin', { until: timeOf(attempt.expiresAt) }),
      components: [
        row(
          linkButton(attempt.url, t('button.openPage')),
          button('link:code', t('button.enterCode'), 'main'),
        ),
      ],
    })
  })
}

/** What is said does not depend on whether that is somebody's user name: the API does not tell. */
async function beginByMail(turn: Turn, username: string): Promise<void> {
  const { t } = turn
  const attempt = await turn.api.beginMailLink({ username, ...requestOf(turn) })
  await turn.reply({
    content: t('link.mailBegin', { username, until: timeOf(attempt.expiresAt) }),
    components: [
      row(button('link:code', t('button.enterCode'), 'main'), button('link:start', t('button.pageInstead'))),
    ],
  })
}

function requestOf({ user, locale }: Turn): LinkRequest {
  const { name, username, avatarUrl } = user
  return { discordName: plain(`${name} (@${username})`, 100), avatarUrl, locale }
}

async function unlessPaused(turn: Turn, begin: () => Promise<void>): Promise<void> {
  try {
    await begin()
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.reason !== 'LINK_PAUSED') throw error
    await turn.reply({ content: turn.t('link.paused', { when: retryTime(error) }), components: [] })
  }
}
