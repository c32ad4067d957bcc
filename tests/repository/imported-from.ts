import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Every file and package that these files load when they run, however far away (types are taken out before that). */
export function importedFrom(entries: readonly string[]): { files: string[]; packages: string[] } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const waiting = [...entries]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    const source = readFileSync(join(root, file), 'utf8').replaceAll(
      /^(import|export) type [^']*'[^']*'/gm,
      '',
    )
    for (const [, from, called] of source.matchAll(
      /(?:^|\s)(?:from|import) '([^']+)'|import\('([^']+)'\)/g,
    )) {
      const name = from ?? called ?? ''
      if (name.startsWith('.')) waiting.push(relative(root, join(root, dirname(file), name)))
      else if (!builtinModules.includes(name.replace('node:', '')))
        packages.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
    }
  }
  return { files: [...files], packages: [...packages] }
}
