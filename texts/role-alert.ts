import type { RoleFault } from '../domain/rules/role-fault.ts'
import { alertsEn, type Trouble } from './alerts.en.ts'
import { alertsZhTw } from './alerts.zh-TW.ts'
import type { Locale } from './translate.ts'

const alerts = { en: alertsEn, 'zh-TW': alertsZhTw }

/** What is wrong with the role of linked members: as a message in a channel, and as mail. A channel has no language: English. */
export function wordRoleFault(
  fault: RoleFault,
  locale: Locale = 'en',
): { content: string; subject: string; text: string } {
  const inDiscord = troubleOf(harmless(fault), locale)
  const { subject, wrong, mend } = troubleOf(fault, locale)
  return {
    content: `⚠️ **${subject}**\n${inDiscord.wrong}\n${inDiscord.mend}`,
    subject,
    text: `${wrong}\n\n${mend}\n`,
  }
}

/** Whoever names a role may write Markdown. */
function harmless(fault: RoleFault): RoleFault {
  const escaped = Object.entries(fault).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && name !== 'kind' ? value.replace(/[\\*_~`|>#\-[\]()<@:]/g, '\\$&') : value,
  ])
  return Object.fromEntries(escaped) as RoleFault
}

/** The same in one line, for somebody who has just started the worker. */
export function roleFaultLine(fault: RoleFault): string {
  const { wrong, mend } = troubleOf(fault, 'en')
  return `${wrong} ${mend}`
}

function troubleOf(fault: RoleFault, locale: Locale): Trouble {
  const word = alerts[locale].role[fault.kind] as (fault: RoleFault) => Trouble
  return word(fault)
}
