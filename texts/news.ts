import type { News, PlaceNews } from '../domain/contracts/notification.ts'
import type { Words } from '../domain/contracts/notice.ts'
import { kindOf } from '../domain/rules/worth-telling.ts'
import { linesWithin } from './lines-within.ts'
import { outcomeText, proofLine } from './outcome.ts'
import { inMail, inMessage, plainOf } from './sent-later.ts'
import { localeFor, type Translate } from './translate.ts'

type Reader = { locale: string; isLinked: boolean }

/** Leaves room for what to do next in a message of 2,000 characters. */
const messageLength = 1_300
const mailLength = 50_000
/** Of that room, what to do about being moved may take so much: one sentence with the longest name has about as many. */
const undoLength = 450

/**
 * What happened to a member and their requests: as one direct message, and as mail. The subject is the first of it. What the message has no
 * room for is in the file that comes with it: the mail's text.
 */
export function wordNews(news: readonly News[], { locale, isLinked }: Reader): Words {
  const language = localeFor(locale)
  const message = newsText(inMessage[language], news, {
    isLinked,
    length: messageLength,
    more: 'news.more.inFile',
  })
  const mail = newsText(inMail[language], news, { isLinked, length: mailLength, more: 'news.more' })
  const text = plainOf(mail.text)
  return {
    content: message.text,
    subject: text.split('\n')[0] ?? '',
    text,
    ...(message.isCut ? { isCut: true } : {}),
  }
}

function newsText(
  t: Translate,
  news: readonly News[],
  { isLinked, length, more }: { isLinked: boolean; length: number; more: 'news.more' | 'news.more.inFile' },
): { text: string; isCut: boolean } {
  const told = news.map((one) => lineFor(t, one))
  const isAsked = news.every(({ about }) => about === 'asked')
  const shown = told.slice(0, fitting(told, length))
  const left = told.length - shown.length
  const lines = [
    ...(told.length > 1 ? [t(isAsked ? 'news.several.asked' : 'news.several')] : []),
    ...shown,
    ...(left > 0 ? [t(isAsked ? `${more}.asked` : more, { count: left })] : []),
    ...undoing(t, news.slice(0, shown.length), isLinked),
    ...(isAsked ? [t(isLinked ? 'news.asked.decide' : 'news.asked.decide.notLinked')] : []),
    ...(news.some((one) => kindOf(one) !== null)
      ? [t(isLinked ? 'news.hearLess' : 'news.hearLess.notLinked')]
      : []),
  ]
  return { text: lines.join('\n'), isCut: left > 0 }
}

/** How many of the lines there is room for: one in any case. */
const fitting = (lines: readonly string[], length: number): number => Math.max(1, linesWithin(lines, length))

function lineFor(t: Translate, news: News): string {
  if (news.about === 'place') return t(`news.${news.way}.${news.by}`, { list: news.list })
  if (news.about === 'asked') return t('news.asked', { list: news.list, member: news.member })
  const { change, decided } = news
  if (change.state !== 'applied' || !decided) return outcomeText(t, change)
  const { action, list } = change
  return [t(`news.approved.${action}`, { list }), proofLine(t, change)]
    .filter((line) => line !== '')
    .join('\n')
}

/** What to do about each way in which they were moved, said once. */
function undoing(t: Translate, news: readonly News[], isLinked: boolean): string[] {
  const lines = news.flatMap((one) => (one.about === 'place' ? [undoLine(t, one, isLinked)] : []))
  const several = new Set(lines)
  // Many closed lists would be named one by one.
  const few = [...several].slice(0, 3)
  return few.slice(0, fitting(few, undoLength))
}

function undoLine(t: Translate, { way, join, list }: PlaceNews, isLinked: boolean): string {
  if (way === 'parted' && join === 'closed') return t('news.undo.closed', { list })
  const undo = way === 'parted' && join === 'approval' ? 'parted.approval' : way
  return t(isLinked ? `news.undo.${undo}` : `news.undo.${undo}.notLinked`)
}
