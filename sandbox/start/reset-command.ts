import { join } from 'node:path'
import { shortPath } from '../prompt/short-path.ts'

const root = join(import.meta.dirname, '../..')

/** What begins anew in this folder, and in no other one. */
export function resetCommand(dataDir: string): string {
  const here = dataDir === join(root, '.data') ? '' : ` --data ${shortPath(dataDir)}`
  return `npm start --${here} --reset`
}
