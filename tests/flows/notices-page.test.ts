import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { Locale } from '../../domain/contracts/locale.ts'
import { inChinese } from './notices-page-chinese.ts'
import { githubTells } from './notices-page-github.ts'
import { linksAreTold } from './notices-page-links.ts'
import { membersHear } from './notices-page-members.ts'
import { alertmanagerTells, programsTell } from './notices-page-outside.ts'
import { type NoticesStory, startNoticesStory } from './notices-page-story.ts'
import { programIsInTrouble } from './notices-page-troubles.ts'
import { watcherTells } from './notices-page-watcher.ts'
import { pageWith, type Recorded } from './notices-page.ts'

const page = join(import.meta.dirname, '../../docs/notices.md')

let stories: Record<Locale, NoticesStory>

beforeAll(async () => {
  const [en, zhTW] = await Promise.all([startNoticesStory(), startNoticesStory({ locale: 'zh-TW' })])
  stories = { en, 'zh-TW': zhTW }
})

const recorded: Record<Locale, Recorded[]> = { en: [], 'zh-TW': [] }

// In turn, since each waits until all is told.
it.each<[string, Locale, (story: NoticesStory) => Promise<Recorded[]>]>([
  ['GitHub', 'en', githubTells],
  ['Alertmanager', 'en', alertmanagerTells],
  ['developers’ programs', 'en', programsTell],
  ['the program itself', 'en', programIsInTrouble],
  ['members of their lists', 'en', membersHear],
  ['members of their links', 'en', linksAreTold],
  ['the bot by itself', 'en', watcherTells],
  ['some of each in Traditional Chinese', 'zh-TW', inChinese],
])('Discord, or a mail server, is given each kind of notice: %s', async (_, locale, tell) => {
  const story = stories[locale]
  const some = await tell(story)
  expect(some.filter(({ messages, mails = [] }) => messages.length + mails.length === 0)).toEqual([])
  expect(story.discord.violations).toEqual([])
  recorded[locale].push(...some)
})

it('the page shows them as they were given', () => {
  const inEnglish = pageWith(readFileSync(page, 'utf8'), recorded.en, 'en')
  const wanted = pageWith(inEnglish, recorded['zh-TW'], 'zh-TW')
  const written = process.env['NOTICES']
  if (written !== undefined) writeFileSync(written, wanted)
  expect(readFileSync(page, 'utf8')).toBe(wanted)
})
