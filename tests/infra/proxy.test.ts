import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variables } from '../../domain/contracts/environment.ts'

const root = join(import.meta.dirname, '../..')
const fileOf = (name: string) =>
  readFileSync(join(root, 'infra/proxy', name), 'utf8').replaceAll(/^\s*#.*$/gm, '')

type Block = { words: string[]; blocks: Block[] }

/** nginx's and Caddy's files alike: words, ended by a semicolon or a line, and blocks in braces. */
function parse(text: string, ending: RegExp): Block[] {
  const tokens = text.match(/"[^"]*"|[{}]|;|\n|[^\s{};]+/g) ?? []
  const top: Block = { words: [], blocks: [] }
  const open = [top]
  let words: string[] = []
  const end = () => {
    if (words.length > 0) open.at(-1)?.blocks.push({ words, blocks: [] })
    words = []
  }
  for (const token of tokens) {
    if (token === '{') {
      const block = { words, blocks: [] }
      open.at(-1)?.blocks.push(block)
      open.push(block)
      words = []
    } else if (token === '}') {
      end()
      open.pop()
    } else if (ending.test(token)) end()
    else if (token !== '\n') words.push(token)
  }
  end()
  expect(open).toEqual([top])
  return top.blocks
}

/** Everything that a file says, however deep: a line of words each. */
const sayings = (blocks: Block[]): string[] =>
  blocks.flatMap(({ words, blocks: inner }) => [words.join(' '), ...sayings(inner)])

const bot = globSync('bot/**/*.ts', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('')

/** The beginnings of what the bot asks for, by the address that others use. */
const asked = [...bot.matchAll(/\bfetch\(`\$\{\w+\}(\/[^$`]+)/g)].map(([, path = '']) => path)

/** All that both files keep inside. */
const inside = '/metrics'

it('keeps nothing inside that the bot asks for, or that anybody may', () => {
  expect(asked).toHaveLength(bot.match(/\bfetch\(/g)?.length ?? 0)
  expect(asked).toEqual(expect.arrayContaining(['/readyz', '/api/v1']))
  expect([...asked, '/healthz', '/docs'].filter((path) => path.startsWith(inside))).toEqual([])
})

const api = `127.0.0.1:${variables.API_PORT.fallback}`

describe('nginx.conf', () => {
  const blocks = parse(fileOf('nginx.conf'), /^;$/)
  const said = sayings(blocks)

  it('leads to the API, where it listens by default', () => {
    expect(said).toContain('upstream guildpost')
    expect(said).toContain(`server ${api}`)
    expect(said).toContain('proxy_pass http://guildpost')
  })

  it('tells one address, which a client can’t have made up', () => {
    expect(said).toContain('proxy_set_header X-Forwarded-For $remote_addr')
    expect(said.join('\n')).not.toContain('$proxy_add_x_forwarded_for')
  })

  it('keeps no token of a link in a log: of requests, or of errors, whose lines have the request too', () => {
    const servers = blocks
      .filter(({ words }) => words[0] === 'server')
      .map((server) => sayings(server.blocks))
    expect(servers).toHaveLength(2)
    for (const server of servers)
      expect(server).toEqual(expect.arrayContaining(['access_log off', 'error_log /dev/null emerg']))
    expect(said.filter((line) => /^(access|error)_log /.test(line))).toHaveLength(4)
  })

  it('speaks TLS only, waits as long as a change is waited for, and takes a webhook’s body', () => {
    expect(said).toContain('return 301 https://$host$request_uri')
    expect(said).toContain('ssl_protocols TLSv1.2 TLSv1.3')
    const wait = Number(/proxy_read_timeout (\d+)s/.exec(said.join('\n'))?.[1])
    expect(wait).toBeGreaterThan(25)
    expect(said).toContain('client_max_body_size 5m')
  })

  it('shows measurements to nobody outside, and all else', () => {
    const locations = blocks
      .flatMap((block) => block.blocks)
      .filter(({ words }) => words[0] === 'location')
      .map(({ words, blocks: inner }) => [words.slice(1).join(' '), sayings(inner).includes('return 404')])
    expect(locations).toEqual([
      [inside, true],
      ['/', false],
    ])
  })
})

describe('Caddyfile', () => {
  const blocks = parse(fileOf('Caddyfile'), /^\n$/)
  const said = sayings(blocks)

  it('leads to the API, where it listens by default', () => {
    expect(said).toContain(`reverse_proxy ${api}`)
  })

  it('waits as long as a change is waited for', () => {
    const wait = Number(/response_header_timeout (\d+)s/.exec(said.join('\n'))?.[1])
    expect(wait).toBeGreaterThan(25)
  })

  it('shows measurements to nobody outside, and all else', () => {
    expect(said.filter((line) => line.startsWith('respond '))).toEqual(['respond @inside 404'])
    expect(said.filter((line) => line.startsWith('@'))).toEqual([`@inside path ${inside}*`])
  })

  it('keeps no token of a link in a log: of requests it writes none, and of one that failed not the address', () => {
    const [options] = blocks
    expect(options?.words).toEqual([])
    expect(sayings(options?.blocks ?? [])).toEqual([
      'log',
      'format filter',
      'wrap json',
      'fields',
      'request>uri delete',
      'request>headers delete',
    ])
    expect(said.filter((line) => /^log\b/.test(line))).toEqual(['log'])
  })
})
