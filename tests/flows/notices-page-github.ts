import { runPayload } from '../api/hooks/github-hook.ts'
import {
  issue,
  prerelease,
  pullRequest,
  push,
  release,
  repository,
  rewritingPush,
  sender,
} from './notices-page-payloads.ts'
import type { NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

/** What happens on GitHub. */
export async function githubTells({
  record,
  github,
  rule,
  channel,
  whileDiscordIsAway,
}: NoticesStory): Promise<Recorded[]> {
  const run = (options: Parameters<typeof runPayload>[0]) => github('workflow_run', runPayload(options))
  const deploy = { workflowId: 8, name: 'Deploy' }
  return [
    ...(await record({
      heading: 'A webhook of GitHub was set up',
      remark: 'Once, when the hook is made.',
      tell: () =>
        github('ping', {
          zen: 'Keep it logically awesome.',
          hook_id: 1,
          hook: { events: ['workflow_run', 'pull_request'] },
          repository,
          sender,
        }),
    })),
    ...(await record(
      {
        heading: 'A workflow fails',
        remark: 'On a branch, for the first time.',
        tell: () => run({ ...deploy, number: 11, message: 'Move to the new server' }),
      },
      {
        heading: 'A workflow still fails',
        remark: 'The same message, edited.',
        tell: () => run({ ...deploy, number: 12, message: 'Name it right' }),
      },
    )),
    ...(await record({
      heading: 'A workflow fails, fails again, and is fixed',
      remark: 'Two messages: the first was edited twice.',
      tell: async () => {
        await run({ number: 41, message: 'Show the calendar' })
        await run({ number: 42, message: 'Try again' })
        await run({ number: 43, conclusion: 'success', message: 'Count years from one' })
      },
    })),
    ...(await record(
      {
        heading: 'A pull request is opened',
        remark: 'Edited from then on.',
        tell: () => github('pull_request', pullRequest('opened')),
      },
      {
        heading: 'A pull request is merged',
        remark: 'The same message.',
        tell: () =>
          github(
            'pull_request',
            pullRequest('closed', {
              state: 'closed',
              merged: true,
              merged_by: { login: 'octocat' },
              updated_at: '2026-01-05T10:00:00Z',
            }),
          ),
      },
    )),
    ...(await record({
      heading: 'An issue',
      remark: 'Edited when it is closed.',
      tell: () => github('issues', issue()),
    })),
    ...(await record({
      heading: 'A release',
      remark: 'When it is published.',
      tell: () => github('release', release),
    })),
    ...(await record({
      heading: 'A push that rewrites the default branch',
      remark: 'Or deletes it. What is only added to a branch is not told.',
      tell: () => github('push', rewritingPush),
    })),
    ...(await record({
      heading: 'How else pull requests, issues and releases may be',
      remark: 'Their titles only.',
      titlesOnly: true,
      tell: async () => {
        await github('pull_request', pullRequest('opened', { number: 15, draft: true }))
        await github('pull_request', pullRequest('closed', { number: 16, state: 'closed' }))
        const closed = { action: 'closed', state: 'closed' }
        await github('issues', issue(17, 'The clock is slow', { ...closed, state_reason: 'completed' }))
        await github('issues', issue(18, 'Show the moon', { ...closed, state_reason: 'not_planned' }))
        await github('release', prerelease)
      },
    })),
    ...(await record({
      heading: 'What only a rule asks for',
      remark: 'By the name of its event; the titles only.',
      titlesOnly: true,
      tell: async () => {
        for (const event of ['workflow_run.*', 'push']) await rule({ event, placeId: channel() })
        await run({ workflowId: 9, name: 'Tests', number: 1, conclusion: 'success' })
        await run({ workflowId: 9, name: 'Tests', number: 2, conclusion: 'cancelled' })
        await run({ workflowId: 9, name: 'Tests', number: 3, conclusion: 'skipped' })
        await github('push', push)
        await github('push', { ...push, created: true, ref: 'refs/heads/calendar' })
      },
    })),
    ...(await record({
      heading: 'What waited while Discord was away',
      remark: 'Up to ten in one message, each with when it happened.',
      tell: () =>
        whileDiscordIsAway([
          ['issues', issue(21, 'Weeks begin on Sunday')],
          ['issues', issue(22, 'The arrows are too small')],
        ]),
    })),
  ]
}
