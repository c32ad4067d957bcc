/** What GitHub says in the examples of the page, of a repository with a calendar. */
export const repository = { id: 1, full_name: 'octo-org/site', default_branch: 'main' }
export const sender = { login: 'octocat' }

export const pullRequest = (
  action: string,
  { number = 12, ...more }: { number?: number } & Record<string, unknown> = {},
) => ({
  action,
  number,
  repository,
  sender,
  pull_request: {
    id: number,
    number,
    title: 'Show the calendar on the front page',
    html_url: `https://github.com/octo-org/site/pull/${number}`,
    state: 'open',
    draft: false,
    merged: false,
    merged_by: null,
    user: { login: 'mona' },
    head: { ref: 'calendar', label: 'octo-org:calendar', repo: { id: 1, full_name: 'octo-org/site' } },
    base: { ref: 'main', label: 'octo-org:main', repo: { id: 1, full_name: 'octo-org/site' } },
    commits: 3,
    additions: 120,
    deletions: 14,
    changed_files: 5,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
    ...more,
  },
})

export const issue = (
  number = 13,
  title = 'The calendar shows last year',
  { action = 'opened', ...more }: { action?: string } & Record<string, unknown> = {},
) => ({
  action,
  repository,
  sender,
  issue: {
    id: number,
    number,
    title,
    html_url: `https://github.com/octo-org/site/issues/${number}`,
    state: 'open',
    user: { login: 'lisa' },
    labels: [{ name: 'bug' }],
    created_at: '2026-01-05T09:10:00Z',
    updated_at: '2026-01-05T09:10:00Z',
    ...more,
  },
})

export const release = {
  action: 'published',
  repository,
  sender,
  release: {
    id: 14,
    tag_name: 'v2.0.0',
    name: 'The one with the calendar',
    html_url: 'https://github.com/octo-org/site/releases/tag/v2.0.0',
    draft: false,
    prerelease: false,
    author: { login: 'mona' },
    created_at: '2026-01-05T09:20:00Z',
    published_at: '2026-01-05T09:20:00Z',
  },
}

export const prerelease = {
  ...release,
  release: { ...release.release, id: 15, tag_name: 'v3.0.0-rc.1', name: 'v3.0.0-rc.1', prerelease: true },
}

export const push = {
  ref: 'refs/heads/main',
  created: false,
  deleted: false,
  forced: false,
  compare: 'https://github.com/octo-org/site/compare/0a1b2c3d4e5f...a1b2c3d4e5f6',
  commits: [
    {
      id: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
      message: 'Take the password out of the history',
      author: { name: 'Mona Lisa' },
    },
  ],
  pusher: { name: 'mona' },
  sender,
  repository,
}

export const rewritingPush = { ...push, forced: true }
