import { deadLetterDays, type OutboxItem } from '../../../domain/contracts/outbox.ts'
import { messageLength } from '../../../texts/fit.ts'
import type { Translate } from '../../../texts/translate.ts'
import { button, row } from '../../discord/components.ts'
import { fitLines, plain } from '../../discord/harmless-text.ts'
import type { Turn } from '../../turn.ts'
import { placeWords } from './rule-words.ts'

const shownLength = 80
const errorLength = 120
/** Of the lines about them; what stands around them fits in the rest of a message. */
const roomForLines = messageLength - 300

/** What could not be delivered, and why: the newest. */
export async function showFailed({ t, reply, api }: Turn): Promise<void> {
  const { items, hasMore } = await api.deadLetters()
  if (items.length === 0) return reply({ content: t('undelivered.none'), components: [] })
  const lines = fitLines(
    items.map((item) => lineOf(t, item)),
    roomForLines,
  )
  const heading = hasMore ? 'undelivered.newest' : 'undelivered.heading'
  await reply({
    content: [t(heading, { count: items.length }), lines, t('undelivered.next')].join('\n'),
    components: items.some(({ canResend }) => canResend)
      ? [row(button('notices:resend', t('button.resend'), 'main'))]
      : [],
  })
}

/** Sends again all that failed lately; by the command, and by the button under what failed. */
export async function resendFailed({ t, reply, api }: Turn): Promise<void> {
  const count = await api.resendOutbox()
  const content =
    count === 0 ? t('undelivered.nothing', { days: deadLetterDays }) : t('undelivered.resent', { count })
  await reply({ content, components: [] })
}

function lineOf(
  t: Translate,
  { kind, about, to, error, canResend, createdAt, failedAt }: OutboxItem,
): string {
  const at = Math.floor(Date.parse(failedAt ?? createdAt) / 1_000)
  const words = {
    when: `<t:${at}:R>`,
    to:
      to.kind === 'member' ? `<@${to.id}>` : placeWords(t, { kind: to.kind, id: plain(to.id, shownLength) }),
    what: plain(about ?? kind, shownLength),
    error: plain(error ?? '?', errorLength),
  }
  return t(canResend ? 'undelivered.line' : 'undelivered.lineForGood', words)
}
