import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Database } from '../../domain/store/database.ts'
import { judgePairs, type Pair, type Verdict } from '../../domain/store/links/judge-pairs.ts'
import { linkPair } from '../../domain/store/links/link-pair.ts'
import type { Operation, Options } from './operation.ts'
import { pairMail } from './pair-mail.ts'
import { type PairOnLine, readPairs } from './read-pairs.ts'
import { say } from '../say.ts'
import { sayTable } from './table.ts'

type Outcome = 'linked' | 'would be linked' | 'linked already' | Refusal

/**
 * Links the pairs of a file. All lines are checked before the first is done; then each is done by itself, so that what is wrong with
 * one keeps no other. Such links carry no admin's or owner's rights: nobody proved anything for them.
 */
export const importPairs: Operation = {
  words: ['file.csv'],
  options: ['dryRun', 'tell'],
  meaning: 'link the pairs of a file with the columns uid,discordId',
  async run(db, [file = ''], options) {
    const pairs = readPairs(file)
    const verdicts = await judgePairs(db, pairs)
    const named = linesByName(pairs)
    const outcomes: Outcome[] = []
    for (const [index, pair] of pairs.entries())
      outcomes.push(doubleOf(pair, named) ?? (await settle(db, pair, { verdict: verdicts[index], options })))
    report(pairs, outcomes, options)
    return !outcomes.some((outcome) => outcome instanceof Refusal)
  },
}

/** The lines that name the same person or the same account, by either. */
function linesByName(pairs: readonly PairOnLine[]): Map<string, number[]> {
  const named = new Map<string, number[]>()
  for (const pair of pairs)
    for (const name of namesIn(pair)) named.set(name, [...(named.get(name) ?? []), pair.line])
  return named
}

const namesIn = ({ username, discordUserId }: Pair): string[] => [
  `person ${username.toLowerCase()}`,
  `account ${discordUserId}`,
]

/** Which of two lines is right can't be known, so both are refused. */
function doubleOf(pair: PairOnLine, named: ReadonlyMap<string, readonly number[]>): Refusal | null {
  const lines = namesIn(pair)
    .flatMap((name) => named.get(name) ?? [])
    .filter((line) => line !== pair.line)
  if (lines.length === 0) return null
  const others = [...new Set(lines)].sort((a, b) => a - b).join(', ')
  return new Refusal('CONFLICT', `This person or this account is on line ${others} too.`, {
    reason: 'LINE_DOUBLED',
  })
}

async function settle(
  db: Database,
  { discordUserId }: Pair,
  { verdict, options }: { verdict: Verdict | undefined; options: Options },
): Promise<Outcome> {
  if (!verdict) throw new Error('a pair was not judged')
  if (verdict.kind === 'refused') return verdict.refusal
  if (verdict.kind === 'standing') return 'linked already'
  if (options.dryRun) return 'would be linked'
  const { memberId } = verdict
  const composeMail = options.tell ? pairMail : null
  try {
    await db.transaction((tx) => linkPair(tx, { memberId, discordUserId, method: 'import', composeMail }))
    return 'linked'
  } catch (error) {
    // Somebody linked them meanwhile, or they are gone.
    if (error instanceof Refusal) return error
    throw error
  }
}

function report(pairs: readonly PairOnLine[], outcomes: readonly Outcome[], { dryRun }: Options): void {
  sayTable([
    ['LINE', 'USER NAME', 'DISCORD ID', dryRun ? 'WHAT WOULD HAPPEN' : 'WHAT HAPPENED'],
    ...pairs.map(({ line, username, discordUserId }, index) => [
      String(line),
      username,
      discordUserId,
      wordsFor(outcomes[index]),
    ]),
  ])
  const count = (kind: Outcome) => outcomes.filter((outcome) => outcome === kind).length
  const refused = outcomes.filter((outcome) => outcome instanceof Refusal).length
  const done = dryRun ? `${count('would be linked')} would be linked` : `${count('linked')} linked`
  say(`${done}, ${count('linked already')} linked already, ${refused} refused.`)
  if (dryRun) say('Nothing was changed.')
}

const wordsFor = (outcome: Outcome | undefined): string =>
  outcome instanceof Refusal ? `refused: ${outcome.message}` : (outcome ?? '')
