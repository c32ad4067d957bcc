import { runPayload } from '../api/hooks/github-hook.ts'
import { alertGroup, alertOn } from '../api/hooks/alert-groups.ts'
import { alertOfKind } from './notices-page-alerts.ts'
import { listNewsAreTold, putOnByAdmin } from './notices-page-members.ts'
import type { NoticesStory } from './notices-page-story.ts'
import { startWatcher } from './notices-page-watcher.ts'
import type { Recorded } from './notices-page.ts'

/** Some of each kind, in a server and to a member whose language is Traditional Chinese. */
export async function inChinese(story: NoticesStory): Promise<Recorded[]> {
  const { record, github, alertmanager, raise, end } = story
  const away = alertOfKind('directory-away', {}, 'zh-TW')
  return [
    ...(await record({
      heading: 'A workflow that fails',
      remark: 'And fails again.',
      tell: async () => {
        await github('workflow_run', runPayload({ number: 41, message: 'Show the calendar' }))
        await github('workflow_run', runPayload({ number: 42, message: 'Try again' }))
      },
    })),
    ...(await record({
      heading: 'A group of alerts that fires',
      remark: 'Labels and annotations stay as they were written.',
      tell: () => alertmanager(alertGroup([alertOn('web-1'), alertOn('web-2')])),
    })),
    ...(await record(
      {
        heading: 'The directory is away',
        remark: 'An alert of the program’s own.',
        tell: () => raise(away),
      },
      { heading: 'The directory is back', remark: 'The same message.', tell: () => end(away.key) },
    )),
    await memberHears(story),
    ...(await watcherTells(story)),
  ]
}

async function memberHears(story: NoticesStory): Promise<Recorded> {
  const account = await story.link('yating')
  for (const list of ['newcomers', 'hiking']) await putOnByAdmin(story, 'yating', list)
  await listNewsAreTold(story)
  return {
    heading: 'A member who was put on lists',
    remark: 'By direct message.',
    messages: story.discord.dmsOf(account),
  }
}

async function watcherTells(story: NoticesStory): Promise<Recorded[]> {
  const { says, closeWay, openWay, stop } = await startWatcher(story)
  try {
    return [
      {
        heading: 'The watcher: the API is silent',
        remark: 'Told by the bot itself.',
        messages: await says('🔌', closeWay),
      },
      {
        heading: 'The watcher: it is over',
        remark: 'The same message.',
        messages: await says('✅', openWay),
      },
    ]
  } finally {
    await stop()
  }
}
