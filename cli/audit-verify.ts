import type { AuditCheckpoint, AuditVerdict } from '../domain/contracts/audit.ts'
import { isSignedBy, keyIdOf, publicKeyOf } from '../domain/rules/audit-checkpoint.ts'
import { verifyAudit } from '../domain/store/audit/verify-audit.ts'
import { readWanted, usage } from './audit/command-line.ts'
import { readKept } from './audit/read-kept.ts'
import { exitUnknown, runCommand, withDatabase } from './command.ts'
import { readAuditKey } from './config.ts'
import { complain, say } from './say.ts'

// For whoever minds the database, and for whoever does not trust that person: with a checkpoint that was kept elsewhere.

const look = async (): Promise<boolean> => {
  const wanted = readWanted(process.argv.slice(2))
  switch (wanted.what) {
    case 'help':
      for (const line of usage.split('\n')) say(line)
      return true
    case 'public key':
      say(publicKeyOf(readAuditKey()))
      return true
    case 'verdict': {
      const kept = (await Promise.all(wanted.checkpointFiles.map(readKept))).flat()
      const { publicKeys } = wanted
      const areSigned = judgeSignatures(kept, publicKeys)
      const verdict = await withDatabase('guildpost-audit', (db) => verifyAudit(db, { kept, publicKeys }))
      sayVerdict(verdict, kept.length)
      return verdict.ok && areSigned
    }
  }
}

process.exitCode = await runCommand(usage, look, { inTrouble: exitUnknown })

/** Whether every checkpoint was signed by one of the keys; true where none was given, which is said. */
function judgeSignatures(kept: readonly AuditCheckpoint[], publicKeys: readonly string[]): boolean {
  if (publicKeys.length === 0) {
    if (kept.length > 0) say('No signature was checked: say --public-key KEY for that.')
    return true
  }
  const unsigned = kept.filter((checkpoint) => !publicKeys.some((key) => isSignedBy(key, checkpoint)))
  for (const { madeAt, position, keyId } of unsigned) {
    const why = publicKeys.some((key) => keyIdOf(key) === keyId)
      ? 'was not signed by the key that it names'
      : `names the key ${keyId}, and that is none of those given`
    complain(`NOT SIGNED: the checkpoint of ${madeAt} (position ${position}) ${why}.`)
  }
  return unsigned.length === 0
}

function sayVerdict({ ok, sealed, unsealed, firstBreak }: AuditVerdict, kept: number): void {
  if (firstBreak !== null) {
    const { position, entryId, problem } = firstBreak
    complain(`BROKEN at position ${position}${entryId === null ? '' : ` (entry ${entryId})`}: ${problem}.`)
    complain('What to do: docs/operations.md, “audit-broken”.')
  }
  if (ok) say(`The audit is whole: ${sealed} ${sealed === 1 ? 'entry' : 'entries'} sealed.`)
  if (ok && kept > 0) say(kept === 1 ? 'The checkpoint fits.' : `All ${kept} checkpoints fit.`)
  if (unsealed > 0) say(`Not sealed yet: ${unsealed}. A running worker seals them within seconds.`)
}
