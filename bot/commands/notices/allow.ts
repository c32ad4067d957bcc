import type { ChatInputCommandInteraction } from 'discord.js'
import type { Translate } from '../../../texts/translate.ts'
import { ApiAway, ApiRefusal } from '../../call-api.ts'
import type { Turn } from '../../turn.ts'
import { accountMention } from '../whois.ts'
import { readWhom } from '../whom.ts'

/**
 * Each as the grants that it is made of. What is taken goes first and what rests on another comes after it, so that one who
 * got half of it never has more than was said.
 */
const levels = {
  nothing: [
    ['mentions', false],
    ['notices', false],
  ],
  notices: [
    ['mentions', false],
    ['notices', true],
  ],
  critical: [
    ['notices', true],
    ['mentions', true],
  ],
} as const

type Level = keyof typeof levels

/** Says what somebody's programs may send from now on: all of it, so that the reply says all that holds. */
export async function allowNotices(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const asked = await readWhom(turn, options)
  if (asked === null) return
  const { account, typed } = asked
  const whom = account === null ? { username: typed } : await linkedTo(turn, account)
  const level = options.getString('may', true) as Level
  const content = 'wrong' in whom ? whom.wrong : await change(turn, whom.username, level)
  await turn.reply({ content, components: [] })
}

/** Whom the account acts for, or the sentence that it is nobody in the directory. */
async function linkedTo(
  { t, api }: Turn,
  account: string,
): Promise<{ username: string } | { wrong: string }> {
  try {
    const { username, state } = await api.linkOf(account)
    return state === 'present' ? { username } : { wrong: t('grants.gone', { username }) }
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'NOT_FOUND') throw error
    return { wrong: t('grants.notLinked', { account: accountMention(account) }) }
  }
}

/** Gives what holds then, in words. */
async function change(turn: Turn, username: string, level: Level): Promise<string> {
  const { t, api, log } = turn
  const [[first, isFirstGiven], [second, isSecondGiven]] = levels[level]
  // Asked for first: once something is changed, nothing keeps that from being said.
  const tokensAt = level === 'nothing' ? null : await api.accountUrl()
  try {
    await api.changeGrant(first, username, isFirstGiven)
  } catch (error) {
    const reason = error instanceof ApiRefusal ? error.reason : undefined
    if (reason !== 'MEMBER_NOT_FOUND' && reason !== 'USERNAME_SHARED') throw error
    return t(`refused.${reason}`, { username })
  }
  try {
    await api.changeGrant(second, username, isSecondGiven)
  } catch (error) {
    if (!(error instanceof ApiAway || error instanceof ApiRefusal)) throw error
    log.warn({ err: error }, 'what somebody may send was changed by half')
    return t('grants.half', { username })
  }
  return wordsFor(t, username, { level, tokensAt })
}

function wordsFor(
  t: Translate,
  username: string,
  { level, tokensAt }: { level: Level; tokensAt: string | null },
): string {
  const next = tokensAt === null ? [] : [t('grants.next', { url: tokensAt })]
  const admins = level === 'critical' ? [] : [t('grants.admins')]
  return [t(`grants.${level}`, { username }), ...next, ...admins].join('\n')
}
