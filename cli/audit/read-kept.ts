import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { AuditCheckpoint } from '../../domain/contracts/audit.ts'

/** One, several, or a page of them as the API gives it. */
const Kept = Type.Union([
  AuditCheckpoint,
  Type.Array(AuditCheckpoint),
  Type.Object({ items: Type.Array(AuditCheckpoint) }),
])

/** The checkpoints in a file; `-` is standard input. @throws {Error} that says what is wrong with it. */
export async function readKept(file: string): Promise<AuditCheckpoint[]> {
  const written = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  const kept = asJson(written, file)
  if (!Value.Check(Kept, kept))
    throw new Error(`${nameOf(file)} is no checkpoint: keep it as the API gave it, with all its five fields.`)
  if (Array.isArray(kept)) return kept
  return 'items' in kept ? kept.items : [kept]
}

function asJson(written: string, file: string): unknown {
  try {
    return JSON.parse(written)
  } catch (cause) {
    throw new Error(`${nameOf(file)} is not JSON.`, { cause })
  }
}

const nameOf = (file: string): string => (file === '-' ? 'Standard input' : file)
