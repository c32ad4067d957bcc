import type { RoleFault } from '../domain/rules/role-fault.ts'
import { asIs } from './as-is.ts'
import { harmless } from './harmless.ts'
import type { Trouble } from './incident-words.ts'
import type { Locale, TextKey } from './translate.ts'

/** What is wrong with the role of linked members: as a message in a channel, and as mail. */
export function wordRoleFault(
  fault: RoleFault,
  locale: Locale = 'en',
): { content: string; subject: string; text: string } {
  const inDiscord = troubleOf(harmlessFault(fault), locale)
  const { subject, wrong, mend } = troubleOf(fault, locale)
  return {
    content: `⚠️ **${subject}**\n${inDiscord.wrong}\n${inDiscord.mend}`,
    subject,
    text: `${wrong}\n\n${mend}\n`,
  }
}

/** Whoever names a role may write Markdown. */
function harmlessFault(fault: RoleFault): RoleFault {
  const escaped = Object.entries(fault).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && name !== 'kind' ? harmless(value, { length: 250 }) : value,
  ])
  return Object.fromEntries(escaped) as RoleFault
}

/** The same in one line, for somebody who has just started the worker. */
export function roleFaultLine(fault: RoleFault): string {
  const { wrong, mend } = troubleOf(fault, 'en')
  return `${wrong} ${mend}`
}

function troubleOf(fault: RoleFault, locale: Locale): Trouble {
  const t = asIs[locale] as (key: TextKey, values: object) => string
  const permissions = 'permissions' in fault ? fault.permissions.join(asIs[locale]('names.between')) : ''
  const say = (part: keyof Trouble) => t(`role.${fault.kind}.${part}`, { ...fault, permissions })
  return { subject: say('subject'), wrong: say('wrong'), mend: say('mend') }
}
