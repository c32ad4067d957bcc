import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Slapd } from '../sandbox/servers/slapd.ts'

/**
 * Runs ldapsearch or ldapmodify as the worker's account and gives the seconds that it took, its own start included. What
 * it prints is read and counted, not kept.
 * @throws {Error} with what it complains about.
 */
export async function runLdapTool(
  tool: 'ldapsearch' | 'ldapmodify',
  { url, worker }: Slapd,
  { args = [], input = '', counted = /^$/ }: { args?: string[]; input?: string; counted?: RegExp },
): Promise<{ seconds: number; lines: number }> {
  const startedAt = performance.now()
  const child = spawn(tool, ['-x', '-H', url, '-D', worker.dn, '-w', worker.password, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let endedAt = startedAt
  const printed: Buffer[] = []
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stdout.once('end', () => (endedAt = performance.now()))
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${tool} ended with ${code}: ${complaint.trim()}`)
  const lines = Buffer.concat(printed)
    .toString()
    .split('\n')
    .filter((line) => counted.test(line)).length
  return { seconds: (endedAt - startedAt) / 1000, lines }
}
