import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { en } from '../../texts/en.ts'

const root = join(import.meta.dirname, '../..')
const sources = globSync('{adapters,api,bot,cli,domain,sandbox,texts,worker}/**/*.ts', { cwd: root })
  .filter((file) => !/(?:^|[./])(?:en|zh-TW)\.ts$/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

it('has no text that nobody says', () => {
  const written = new Set([...sources.matchAll(/'([\w.-]+)'/g)].map(([, key]) => key))
  // One that is put together says where its pieces go.
  const puzzled = [...sources.matchAll(/`((?:[\w.-]|\$\{[^{}`]*\})+)`/g)]
    .map(([, pattern = '']) =>
      pattern.split(/\$\{[^}]*\}/).map((piece) => piece.replaceAll('.', String.raw`\.`)),
    )
    .filter((pieces) => pieces.some((piece) => /\w{3}/.test(piece)))
    .map((pieces) => new RegExp(`^${pieces.join(String.raw`[\w.-]+`)}$`))
  const unsaid = Object.keys(en).filter(
    (key) => !written.has(key) && !puzzled.some((pattern) => pattern.test(key)),
  )
  expect(unsaid).toEqual([])
})
