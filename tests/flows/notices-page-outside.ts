import { alertGroup, alertOn, resolved } from '../api/hooks/alert-groups.ts'
import type { NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

/** A group of these alerts, known by their name. */
const groupOf = (alertname: string, alerts: Parameters<typeof alertGroup>[0], more: object = {}) =>
  alertGroup(alerts, { groupKey: `{}:{alertname="${alertname}"}`, groupLabels: { alertname }, ...more })

const backupOf = (severity: string) => alertOn('db-1', { labels: { alertname: 'NoBackup', severity } })

const noBackup = (severity: string) =>
  groupOf('NoBackup', [backupOf(severity)], {
    commonAnnotations: {
      summary: 'db-1 has had no backup for two days',
      runbook_url: 'https://wiki.example.org/backup',
    },
  })

/** What Alertmanager says. */
export async function alertmanagerTells({
  record,
  alertmanager,
  callSomebody,
}: NoticesStory): Promise<Recorded[]> {
  const [web1, web2] = [alertOn('web-1'), alertOn('web-2')]
  const many = Array.from({ length: 60 }, (_, at) =>
    alertOn(`node-${at + 1}`, { labels: { alertname: 'NoPower' } }),
  )
  return [
    ...(await record(
      {
        heading: 'A group of alerts fires',
        remark: 'Edited as alerts come and go.',
        tell: () => alertmanager(alertGroup([web1, web2])),
      },
      {
        heading: 'Some of a group are over',
        remark: 'The same message.',
        tell: () => alertmanager(alertGroup([resolved(web1), web2])),
      },
      {
        heading: 'A group of alerts is over',
        remark: 'The same message, when all of it is.',
        tell: () => alertmanager(alertGroup([resolved(web1), resolved(web2)])),
      },
    )),
    ...(await record({
      heading: 'A large group of alerts',
      remark: 'What the message has no room for is in the file beside it, whole.',
      tell: () => alertmanager(groupOf('NoPower', many)),
    })),
    ...(await record(
      {
        heading: 'A group of alerts before it is critical',
        remark: 'Calls nobody.',
        tell: async () => {
          await callSomebody()
          await alertmanager(noBackup('warning'))
        },
      },
      {
        heading: 'A critical group of alerts calls somebody',
        remark: 'Where a rule says whom: here in a second message, since it was not critical at first.',
        tell: () => alertmanager(noBackup('critical')),
      },
    )),
  ]
}

/** What developers' own programs say. */
export async function programsTell({ record, developer, mailOnly }: NoticesStory): Promise<Recorded[]> {
  const backup = {
    title: 'Backup failed',
    text: 'The disk of **db-1** is full, says [the log](https://logs.example.org/42).',
    severity: 'warning',
    key: 'backup',
    fields: [{ name: 'host', value: 'db-1' }],
    url: 'https://backup.example.org/runs/42',
  }
  return record(
    {
      heading: 'A developer’s own notice',
      remark: 'With the key `backup`; edited by the next of that key.',
      tell: () => developer(backup),
    },
    {
      heading: 'A developer’s own notice is over',
      remark: 'The same message.',
      tell: () =>
        developer({ ...backup, title: 'Backup works again', text: 'Took 3 min.', state: 'resolved' }),
    },
    {
      heading: 'A notice as mail',
      remark: 'Where a rule names an address; each kind may be mailed.',
      tell: async () => {
        await mailOnly()
        await developer({ ...backup, key: 'another backup' })
      },
    },
  )
}
