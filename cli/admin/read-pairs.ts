import { readFileSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Pair } from '../../domain/store/links/judge-pairs.ts'

/** A pair, and the line of the file that it ends on. */
export type PairOnLine = Pair & { line: number }

type ParsedLine = { info: { lines: number }; record: Record<string, string | undefined> }

/**
 * The pairs of a CSV file (RFC 4180) whose first line names the columns uid and discordId; other columns are left alone.
 * @throws {Refusal} VALIDATION_ERROR (FILE_UNREADABLE) for what is no such file.
 */
export function readPairs(file: string): PairOnLine[] {
  const parsed = parsedLines(textOf(file))
  return parsed.map(({ info, record }) => ({
    line: info.lines,
    username: record['uid'] ?? '',
    discordUserId: record['discordId'] ?? '',
  }))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(
      `The file can’t be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    )
  }
}

function parsedLines(text: string): ParsedLine[] {
  // Of an empty file the parser asks no columns.
  if (text.trim() === '') requireColumns([])
  try {
    return parse(text, {
      columns: requireColumns,
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      // A line that lacks a column is refused like any other, by itself.
      relax_column_count: true,
    }) as unknown as ParsedLine[]
  } catch (cause) {
    if (cause instanceof CsvError) throw unreadable(`The file is no CSV: ${cause.message}.`, cause)
    throw cause
  }
}

function requireColumns(names: string[]): string[] {
  if (!names.includes('uid') || !names.includes('discordId'))
    throw unreadable('The first line must name the columns, separated by commas: uid,discordId')
  return names
}

function unreadable(message: string, cause?: unknown): Refusal {
  return new Refusal('VALIDATION_ERROR', message, { reason: 'FILE_UNREADABLE', cause })
}
