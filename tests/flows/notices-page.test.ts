import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { githubTells } from './notices-page-github.ts'
import { linksAreTold } from './notices-page-links.ts'
import { membersHear } from './notices-page-members.ts'
import { alertmanagerTells, programsTell } from './notices-page-outside.ts'
import { type NoticesStory, startNoticesStory } from './notices-page-story.ts'
import { programIsInTrouble } from './notices-page-troubles.ts'
import { watcherTells } from './notices-page-watcher.ts'
import { pageWith, type Recorded } from './notices-page.ts'

const page = join(import.meta.dirname, '../../docs/notices.md')

let story: NoticesStory

beforeAll(async () => {
  story = await startNoticesStory()
})

const recorded: Recorded[] = []

// In turn, since each waits until all is told.
it.each([
  ['GitHub', githubTells],
  ['Alertmanager', alertmanagerTells],
  ['developers’ programs', programsTell],
  ['the program itself', programIsInTrouble],
  ['members of their lists', membersHear],
  ['members of their links', linksAreTold],
  ['the bot by itself', watcherTells],
])('Discord, or a mail server, is given each kind of notice: %s', async (_, tell) => {
  const some = await tell(story)
  expect(some.filter(({ messages, mails = [] }) => messages.length + mails.length === 0)).toEqual([])
  expect(story.discord.violations).toEqual([])
  recorded.push(...some)
})

it('the page shows them as they were given', () => {
  const wanted = pageWith(readFileSync(page, 'utf8'), recorded)
  const written = process.env['NOTICES']
  if (written !== undefined) writeFileSync(written, wanted)
  expect(readFileSync(page, 'utf8')).toBe(wanted)
})
