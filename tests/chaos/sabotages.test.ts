import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { sabotages } from './sabotages.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** A test file, and the stories in files of its own that it tells by their names. */
function withStories(path: string): string {
  const text = read(path)
  const stories = [...text.matchAll(/from '(\.\/[\w-]+stories\.ts)'/g)]
  return [text, ...stories.map(([, name = '']) => read(join(dirname(path), name)))].join('\n')
}

it('each sabotage has its one place in the code, and the test that is to catch it is there', () => {
  const wrong = sabotages.flatMap(({ name, file, find, caughtBy }) => {
    const places = read(file).split(find).length - 1
    const tests = withStories(caughtBy.file)
    const isThere = [`'`, '`', '"'].some((quote) => tests.includes(quote + caughtBy.test))
    return [
      ...(places === 1 ? [] : [`${name}: its text is ${places} times in ${file}`]),
      ...(isThere ? [] : [`${name}: no such test in ${caughtBy.file}: ${caughtBy.test}`]),
    ]
  })
  expect(wrong).toEqual([])
  expect(new Set(sabotages.map(({ name }) => name)).size).toBe(sabotages.length)
})
