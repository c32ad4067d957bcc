import type { NoticeSource, Severity } from '../../../domain/contracts/topic.ts'
import {
  channelOption,
  choiceOption,
  describeCommand,
  flagOption,
  required,
  roleOption,
  subcommand,
  subcommandGroup,
  textOption,
  userOption,
} from '../../discord/describe-command.ts'
import type { Command } from '../../turn.ts'

/** What the API takes. */
const longest = { pattern: 100, repository: 200, branch: 255, mail: 320, username: 255 }

const sources = {
  guildpost: 'choice.source.guildpost',
  github: 'choice.source.github',
  alertmanager: 'choice.source.alertmanager',
  api: 'choice.source.api',
} as const satisfies Record<NoticeSource, string>

const severities = {
  info: 'choice.severity.info',
  warning: 'choice.severity.warning',
  critical: 'choice.severity.critical',
} as const satisfies Record<Severity, string>

/** What somebody's programs may send. */
const grants = {
  notices: 'choice.grant.notices',
  critical: 'choice.grant.critical',
  nothing: 'choice.grant.nothing',
} as const

const suggested = { suggested: true }

export const describeNotices: Command['definition'] = (texts) => {
  const source = choiceOption(texts, 'source', 'option.notices.source', sources)
  const repository = (length: number) => textOption(texts, 'repository', 'option.notices.repository', length)
  const branch = (length: number) => textOption(texts, 'branch', 'option.notices.branch', length)
  return describeCommand(texts, 'notices', [
    subcommandGroup(texts, 'rule', 'option.notices.rule', [
      subcommand(texts, 'add', 'option.notices.add', [
        channelOption(texts, 'option.notices.channel'),
        source,
        textOption(texts, 'event', 'option.notices.event', longest.pattern, suggested),
        repository(longest.pattern),
        branch(longest.pattern),
        choiceOption(texts, 'severity', 'option.notices.severity', severities),
        roleOption(texts, 'mention', 'option.notices.mention'),
        flagOption(texts, 'here', 'option.notices.here'),
        textOption(texts, 'mail', 'option.notices.mail', longest.mail),
        flagOption(texts, 'nowhere', 'option.notices.nowhere'),
      ]),
      subcommand(texts, 'list', 'option.notices.list'),
      subcommand(texts, 'remove', 'option.notices.remove', [
        required(textOption(texts, 'rule', 'option.notices.which', longest.pattern, suggested)),
      ]),
      subcommand(texts, 'test', 'option.notices.test', [
        required(source),
        required(textOption(texts, 'event', 'option.notices.exampleEvent', longest.pattern, suggested)),
        repository(longest.repository),
        branch(longest.branch),
        choiceOption(texts, 'severity', 'option.notices.exampleSeverity', severities),
      ]),
    ]),
    subcommand(texts, 'allow', 'option.notices.allow', [
      required(choiceOption(texts, 'may', 'option.notices.may', grants)),
      userOption(texts, 'option.notices.user'),
      textOption(texts, 'username', 'option.notices.username', longest.username),
    ]),
    subcommand(texts, 'failed', 'option.notices.failed'),
    subcommand(texts, 'resend', 'option.notices.resend'),
  ])
}
