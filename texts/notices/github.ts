import type { Card } from '../../domain/contracts/card.ts'
import type { GithubFacts } from '../../domain/contracts/github-facts.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import type { Locale } from '../translate.ts'
import { issueSaid, pingSaid, pullRequestSaid, pushSaid, releaseSaid } from './github-news.ts'
import { discordVoice, mailVoice, type Said, type Voice } from './github-voice.ts'
import { workflowSaid } from './github-workflow.ts'

/** What GitHub told. */
export function githubCard(
  { facts }: ShownTopic & { facts: GithubFacts },
  locale: Locale,
  timeZone: string,
): Card {
  const { title, url, lines, fields, colour } = saidBy(facts, discordVoice(locale))
  return {
    title,
    url,
    text: lines.join('\n'),
    fields: fields.map(({ name, value }) => ({ name, value, inline: true })),
    footer: null,
    colour,
    plain: plainOf(saidBy(facts, mailVoice(locale, timeZone))),
  }
}

function saidBy(facts: GithubFacts, voice: Voice): Said {
  switch (facts.kind) {
    case 'github-workflow':
      return workflowSaid(facts, voice)
    case 'github-pull-request':
      return pullRequestSaid(facts, voice)
    case 'github-issue':
      return issueSaid(facts, voice)
    case 'github-release':
      return releaseSaid(facts, voice)
    case 'github-push':
      return pushSaid(facts, voice)
    case 'github-ping':
      return pingSaid(facts, voice)
  }
}

function plainOf({ title, url, lines, fields }: Said): Card['plain'] {
  const rest = fields.map(({ name, value }) => `${name}: ${value}`)
  const parts = [lines.join('\n'), rest.join('\n'), url ?? '']
  return { subject: title, text: parts.filter((part) => part !== '').join('\n\n') }
}
