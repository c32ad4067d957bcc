import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }
import { refusalStatus } from '../../domain/contracts/refusal.ts'
import { interpolatedIn, readCompose } from './compose-file.ts'
import { described } from './described.ts'

const root = join(import.meta.dirname, '../..')
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).toSorted()
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

/** What a pattern's first group finds in all documents, as `document: found`, unless it is as it should be. */
function wrong(pattern: RegExp, isRight: (found: string, document: string) => boolean): string[] {
  return documents.flatMap((document) =>
    [...textOf(document).matchAll(pattern)]
      .map(([, found = '']) => found)
      .filter((found) => !isRight(found, document))
      .map((found) => `${document}: ${found}`),
  )
}

const isScript = (name: string) => name in packageFile.scripts
const isThere = (target: string, document: string) =>
  /^([a-z]+:|#)/.test(target) || existsSync(join(root, dirname(document), target.replace(/#.*$/, '')))

describe('the documents', () => {
  test('are there', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'docs/api.md', 'docs/architecture.md']),
    )
  })

  test('number the decisions without a gap, each with context, decision and consequences', () => {
    const decisions = documents.filter((name) => name.startsWith('docs/decisions/'))
    expect(decisions.length).toBeGreaterThanOrEqual(10)
    const numbers = decisions.map((name) => Number(/(\d{3})-/.exec(name)?.[1]))
    expect(numbers).toEqual(decisions.map((_, at) => at + 1))
    for (const name of decisions) {
      const headings = [...textOf(name).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
      expect([name, ...headings]).toEqual([name, 'Context', 'Decision', 'Consequences'])
    }
  })

  test('say of every library that runs why it is there, and of none that is gone', () => {
    const cells = [...textOf('docs/decisions/007-libraries.md').matchAll(/^\| ([^|]+) \|/gm)]
    const named = cells.flatMap(([, cell = '']) =>
      cell.split(', ').map((name) => name.replace(/ [\d.]+$/, '')),
    )
    const { dependencies, devDependencies } = packageFile
    expect(Object.keys(dependencies).filter((name) => !named.includes(name))).toEqual([])
    const known = new Set(['library', ...Object.keys(dependencies), ...Object.keys(devDependencies)])
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('list no library that runs although nothing that runs imports it', () => {
    const code = globSync('{adapters,api,bot,cli,domain,migrations,texts,worker}/**/*.{ts,mjs}', {
      cwd: root,
    })
    const imported = new Set(
      code.flatMap((file) =>
        [...textOf(file).matchAll(/(?:from|import|import\() ?'((?:@[^/']+\/)?[^./'][^/']*)/g)].map(
          ([, name = '']) => name,
        ),
      ),
    )
    const { dependencies } = packageFile
    expect(Object.keys(dependencies).filter((name) => !imported.has(name))).toEqual([])
  })

  test('name every decision in the architecture', () => {
    const linked = documents.filter((name) => name.startsWith('docs/decisions/')).map((name) => name.slice(5))
    expect(linked.filter((name) => !textOf('docs/architecture.md').includes(`](${name})`))).toEqual([])
  })

  test('name every folder of the code in the architecture', () => {
    const [, tree = ''] = /^## The folders$[^`]*```([^]*?)```/m.exec(textOf('docs/architecture.md')) ?? []
    const folders = globSync('{adapters,api,bot,domain,domain/store,worker}/*/', { cwd: root })
    const named = new Set(tree.match(/[\w-]+(?=\/)/g))
    expect(folders.length).toBeGreaterThan(30)
    expect(folders.filter((folder) => !named.has(basename(folder)))).toEqual([])
    const ofRoot = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const outside = new Set(['docs', 'node_modules'])
    const nameless = ofRoot.filter(
      ({ name }) => !name.startsWith('.') && !outside.has(name) && !named.has(name),
    )
    expect(nameless.map(({ name }) => name)).toEqual([])
  })

  test('link to files that exist', () => {
    expect(wrong(/\]\(([^)\s]+)\)/g, isThere)).toEqual([])
  })

  test('name files that exist', () => {
    const file =
      /(?<![\w/.])((?:adapters|api|bot|bench|cli|docs|domain|migrations|sandbox|tests|texts|worker)\/[\w./-]+\.(?:ts|mjs|md|svg|json))\b/g
    expect(wrong(file, (name) => existsSync(join(root, name)))).toEqual([])
  })

  test('name scripts that package.json has', () => {
    expect(wrong(/npm run ([a-z:-]+)/g, isScript)).toEqual([])
    expect(wrong(/npm (start|test)\b/g, isScript)).toEqual([])
  })

  test('name the file of production in every command of Compose, which takes the one for trying out otherwise', () => {
    const command = /(docker compose (?!--file docker-compose\.prod\.yml )\S+)/g
    expect(wrong(command, () => false)).toEqual([])
  })

  test('name variables that the schema has', () => {
    expect(wrong(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g, isKnown)).toEqual([])
  })

  test('name no path of somebody’s machine', () => {
    expect(wrong(/(?<![\w.])(\/(?:home|root|work|Users|mnt)\/\S*)/g, () => false)).toEqual([])
  })
})

const interpolated = ['docker-compose.yml', 'docker-compose.prod.yml'].flatMap((file) =>
  interpolatedIn(readCompose(file)),
)

/** Capitals that are no variables: an exit code of sysexits.h, and a placeholder for any secret's name. */
const otherCapitals = new Set(['EX_CONFIG', 'NAME_FILE'])

function isKnown(name: string): boolean {
  const secret = /^(.+)_FILE$/.exec(name)?.[1] ?? ''
  return (
    name in described ||
    described[secret]?.secret === true ||
    name in refusalStatus ||
    interpolated.some((one) => one.name === name) ||
    otherCapitals.has(name) ||
    isReason(name)
  )
}

/** The code of a refusal or of a failed change, as the sources spell it. */
function isReason(name: string): boolean {
  const sources = globSync(['domain/**/*.ts', 'api/**/*.ts', 'worker/**/*.ts'], { cwd: root })
  return sources.some((file) => new RegExp(`(reason|code)(:| =) '${name}'`).test(textOf(file)))
}
