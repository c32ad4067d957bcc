import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { AuditCheckpoint } from '../../domain/contracts/audit.ts'
import { UsageError } from '../command.ts'

/** One, several, or a page of them as the API gives it. */
const Kept = Type.Union([
  AuditCheckpoint,
  Type.Array(AuditCheckpoint),
  Type.Object({ items: Type.Array(AuditCheckpoint) }),
])

/** The checkpoints in a file; `-` is standard input. @throws {UsageError} that says what is wrong with it. */
export async function readKept(file: string): Promise<AuditCheckpoint[]> {
  const kept = asJson(await contentOf(file), file)
  if (!Value.Check(Kept, kept))
    throw new UsageError(
      `${nameOf(file)} is no checkpoint: keep it as the API gave it, with all its five fields.`,
    )
  if (Array.isArray(kept)) return kept
  return 'items' in kept ? kept.items : [kept]
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${nameOf(file)} can’t be read: ${why}`, { cause })
  }
}

function asJson(written: string, file: string): unknown {
  try {
    return JSON.parse(written)
  } catch (cause) {
    throw new UsageError(`${nameOf(file)} is not JSON.`, { cause })
  }
}

const nameOf = (file: string): string => (file === '-' ? 'Standard input' : file)
