import { printTable } from './report.ts'

/** What a script of the page about latency found out. */
export type Table = { title: string; columns: readonly string[]; rows: string[][] }

export const print = ({ title, columns, rows }: Table): void => printTable(title, columns, rows)

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

export function asMarkdown({ title, columns, rows }: Table): string {
  return [`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
