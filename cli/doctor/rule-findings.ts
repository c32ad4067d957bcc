import type { DiscordReader } from '../../adapters/discord-rest/read-application.ts'
import type { NoticeRule } from '../../domain/contracts/notice-rule.ts'
import type { BotMember } from '../../domain/rules/channel-permissions.ts'
import { channelFinding } from './channels.ts'
import { doubtful, type Finding, right, withoutPostgres } from './finding.ts'

const check = 'notice rules'

/** Whether what notice rules ask for can arrive where they lead. Each rule goes by its number in `/notices rule list`. */
export async function ruleFindings(
  discord: DiscordReader,
  bot: BotMember,
  { readRules, hasMail }: { readRules: () => Promise<readonly NoticeRule[]>; hasMail: boolean },
): Promise<Finding[]> {
  let rules: readonly NoticeRule[]
  try {
    rules = await readRules()
  } catch (error) {
    return [withoutPostgres(check, error)]
  }
  if (rules.length === 0) return [right(check, 'there are none')]
  const found = await Promise.all(
    placesOf(rules).map(({ id, mention, numbers }) => {
      const named = { check: nameOf(numbers), otherwise: removing(numbers) }
      return channelFinding(discord, id, bot, named, mention)
    }),
  )
  return [...found, ...mailFindings(rules, hasMail)]
}

type Place = { id: string; mention: string | null; numbers: number[] }

/** The channels that rules name, each once for everybody who is pinged there. */
function placesOf(rules: readonly NoticeRule[]): Place[] {
  const places = new Map<string, Place>()
  for (const [index, { place, mention }] of rules.entries()) {
    if (place.kind !== 'channel') continue
    const key = `${place.id} ${mention}`
    const known = places.get(key) ?? { id: place.id, mention, numbers: [] }
    known.numbers.push(index + 1)
    places.set(key, known)
  }
  return [...places.values()]
}

function mailFindings(rules: readonly NoticeRule[], hasMail: boolean): Finding[] {
  const numbers = rules.flatMap(({ place }, index) => (place.kind === 'mail' ? index + 1 : []))
  if (hasMail || numbers.length === 0) return []
  return [
    doubtful(
      nameOf(numbers),
      'mail is asked for, and mail is off',
      `Set SMTP_URL and MAIL_FROM, or ${removing(numbers)}.`,
    ),
  ]
}

const nameOf = (numbers: readonly number[]): string =>
  `notice ${numbers.length === 1 ? 'rule' : 'rules'} ${numbers.join(', ')}`

/**
 * The numbers of those behind it change with each one that is removed: the last one goes first. Those that other findings name are right
 * only as long as none of these was removed.
 */
const removing = (numbers: readonly number[]): string => {
  const commands = numbers.toReversed().map((number) => `/notices rule remove rule:${number}`)
  return `remove what leads there with ${commands.join(', then ')}, and add it anew with /notices rule add; the numbers are others then, so look again after each finding`
}
