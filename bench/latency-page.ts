import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { largeLists } from './large-lists.ts'
import { costOfOneApply } from './latency-apply.ts'
import { veryLargeBatches } from './latency-batch.ts'
import { readingDuringAFlush } from './latency-flush.ts'
import { changesFromOutside } from './latency-outside.ts'
import { coalescedBesideLdapmodify } from './latency-ratio.ts'
import { oneRefusedValue } from './latency-refused.ts'
import { asMarkdown, print, type Table } from './latency-table.ts'
import { machine } from './report.ts'
import { openStage, type Stage } from './stage.ts'

/** Each by the name that stands in the page's comments around its figures. */
const scripts: Readonly<Record<string, (stage: Stage, quick: boolean) => Promise<Table | Table[]>>> = {
  apply: costOfOneApply,
  batch: veryLargeBatches,
  flush: readingDuringAFlush,
  refused: oneRefusedValue,
  outside: changesFromOutside,
  ratio: coalescedBesideLdapmodify,
  large: largeLists,
}
const page = join(import.meta.dirname, '../docs/latency.md')

const [options = [], names = []] = [true, false].map((wanted) =>
  process.argv.slice(2).filter((argument) => argument.startsWith('--') === wanted),
)
// With small sizes the figures say no more than that the scripts run.
const quick = options.includes('--quick')
await run(names, { quick, write: options.includes('--write') && !quick })

/** Measures what is named, or all; with `write` the page has the figures afterwards, with the machine and the day. */
async function run(names: string[], { quick, write }: { quick: boolean; write: boolean }): Promise<void> {
  const unknown = names.filter((name) => !(name in scripts))
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(scripts).join(', ')}.`)
    process.exitCode = 1
    return
  }
  console.log(machine())
  for (const [name, measure] of Object.entries(scripts)) {
    if (names.length > 0 && !names.includes(name)) continue
    const stage = await openStage()
    try {
      const tables = [await measure(stage, quick)].flat()
      for (const table of tables) print(table)
      if (write) await writeFigures(name, tables)
    } finally {
      await stage.stop()
    }
  }
}

async function writeFigures(name: string, tables: readonly Table[]): Promise<void> {
  const text = await readFile(page, 'utf8')
  const [begin, end] = [`<!-- figures: ${name} -->`, `<!-- end: ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/latency.md has no place for the figures of ${name}`)
  const day = new Date().toISOString().slice(0, 10)
  const source = `\`npm run bench:latency -- ${name}\`, ${day}, ${machine()}`
  const figures = [...tables.map(asMarkdown), source].join('\n\n')
  await writeFile(page, `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`)
}
