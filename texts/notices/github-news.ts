import type { Card } from '../../domain/contracts/card.ts'
import type {
  GithubPingFacts,
  IssueFacts,
  PullRequestFacts,
  PushFacts,
  ReleaseFacts,
} from '../../domain/contracts/github-facts.ts'
import { commitLine, fieldsOf, type Said, type Voice, whoOf } from './github-voice.ts'

const pullColours = { open: 'green', draft: 'grey', merged: 'purple', closed: 'red' } as const

/** A pull request as it is now. */
export function pullRequestSaid(facts: PullRequestFacts, voice: Voice): Said {
  const { repository, number, title, url, is, size } = facts
  return {
    title: voice.say(`github.pull.${is}`, { number, title }),
    url,
    lines: [pullLine(facts, voice)],
    fields: fieldsOf(voice, {
      repository: voice.words(repository),
      size: size === null ? null : voice.say('github.size', size),
    }),
    colour: pullColours[is],
  }
}

function pullLine({ is, from, into, author: name, mergedBy }: PullRequestFacts, voice: Voice): string {
  const author = whoOf(voice, name)
  switch (is) {
    case 'open':
      return voice.say('github.pull.wants', { author, from, into })
    case 'draft':
      return voice.say('github.pull.drafts', { author, from, into })
    case 'merged':
      return voice.say('github.pull.mergedBy', { by: whoOf(voice, mergedBy ?? ''), from, into })
    case 'closed':
      return voice.say('github.pull.closedUnmerged', { from, into })
  }
}

const issueColours = {
  open: 'green',
  completed: 'purple',
  not_planned: 'grey',
  deleted: 'grey',
  transferred: 'grey',
} as const

/** An issue as it is now. */
export function issueSaid(
  { repository, number, title, url, is, author, labels }: IssueFacts,
  voice: Voice,
): Said {
  return {
    title: voice.say(`github.issue.${is}`, { number, title }),
    url,
    lines: [],
    fields: fieldsOf(voice, {
      repository: voice.words(repository),
      author: voice.words(author),
      labels: voice.words(labels.join(', ')),
    }),
    colour: issueColours[is],
  }
}

const releaseColours = {
  published: 'blue',
  prerelease: 'blue',
  draft: 'grey',
  unpublished: 'grey',
  deleted: 'grey',
} as const

/** A release as it is now. */
export function releaseSaid({ repository, tag, name, url, is, author }: ReleaseFacts, voice: Voice): Said {
  return {
    title: voice.say(`github.release.${is}`, { name }),
    url,
    lines: [voice.say('github.release.of', { tag, author: whoOf(voice, author) })],
    fields: fieldsOf(voice, { repository: voice.words(repository) }),
    colour: releaseColours[is],
  }
}

const pushColours: Record<PushFacts['did'], Card['colour']> = {
  pushed: 'blue',
  created: 'blue',
  forced: 'amber',
  deleted: 'red',
}

/** A push, with the newest of its commits. */
export function pushSaid(
  { repository, branch, tag, did, by, url, commits, count }: PushFacts,
  voice: Voice,
): Said {
  const { say } = voice
  const where = branch === null ? say('github.push.tag', { tag: tag ?? '' }) : voice.name(branch)
  const more = count - commits.length
  return {
    title: say(`github.push.${did}`, { by: whoOf(voice, by), where }),
    url,
    lines: [
      ...(did === 'forced' || (did === 'deleted' && branch !== null) ? [say('github.push.rewritten')] : []),
      ...commits.map((commit) => commitLine(voice, commit)),
      ...(more > 0 ? [say('github.push.more', { count: more })] : []),
    ],
    fields: fieldsOf(voice, { repository: voice.words(repository) }),
    colour: pushColours[did],
  }
}

/** That a webhook is set up and reaches us. */
export function pingSaid({ repository, owner, zen, events }: GithubPingFacts, voice: Voice): Said {
  const where = repository ?? owner ?? 'GitHub'
  return {
    title: voice.say('github.ping', { where }),
    url: null,
    lines: [voice.say('github.ping.how'), ...(zen === '' ? [] : [`“${voice.words(zen)}”`])],
    fields: fieldsOf(voice, { events: voice.words(events.join(', ')) }),
    colour: 'blue',
  }
}
