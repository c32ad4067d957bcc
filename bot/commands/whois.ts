import type { AccountLink } from '../../domain/contracts/link.ts'
import type { Translate } from '../../texts/translate.ts'
import { ApiRefusal } from '../call-api.ts'
import { describeCommand, userOption } from '../discord/describe-command.ts'
import type { Command, Turn } from '../turn.ts'

export const whois: Command = {
  name: 'whois',
  definition: (texts) =>
    describeCommand(texts, 'whois', [userOption(texts, 'option.whois.user', { required: true })]),
  run: (turn, { options }) => tell(turn, options.getUser('user', true).id),
}

async function tell(turn: Turn, account: string): Promise<void> {
  const link = await linkOf(turn, account)
  if (link !== null) await turn.reply({ content: describe(turn.t, account, link), components: [] })
}

function describe(t: Translate, account: string, link: AccountLink): string {
  const { displayName, username, linkedAt, method, state } = link
  const when = `<t:${Math.floor(Date.parse(linkedAt) / 1000)}:D>`
  return [
    t('whois.linked', { account: accountMention(account), displayName, username, when }),
    t(`whois.method.${method}`),
    ...(state === 'gone' ? [t('whois.gone')] : []),
  ].join('\n')
}

/** Null for an account that is not linked; the admin has been told so. */
export async function linkOf({ api, t, reply }: Turn, account: string): Promise<AccountLink | null> {
  try {
    return await api.linkOf(account)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_FOUND') throw error
    await reply({ content: t('whois.notLinked', { account: accountMention(account) }), components: [] })
    return null
  }
}

/** Shown as the name that everybody in the server sees; nobody is notified in a reply that only one can see. */
export const accountMention = (account: string): string => `<@${account}>`
