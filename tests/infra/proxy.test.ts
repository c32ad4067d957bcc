import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { variables } from '../../domain/contracts/environment.ts'

const fileOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../infra/proxy', name), 'utf8').replaceAll(/^\s*#.*$/gm, '')

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

const api = `127.0.0.1:${variables.API_PORT.fallback}`

describe('nginx.conf', () => {
  const said = sayings(parse(fileOf('nginx.conf'), /^;$/))

  it('leads to the API, where it listens by default', () => {
    expect(said).toContain('upstream guildpost')
    expect(said).toContain(`server ${api}`)
    expect(said).toContain('proxy_pass http://guildpost')
  })

  it('tells one address, which a client can’t have made up, and keeps no tokens of links in a log', () => {
    expect(said).toContain('proxy_set_header X-Forwarded-For $remote_addr')
    expect(said.join('\n')).not.toContain('$proxy_add_x_forwarded_for')
    expect(said).toContain('access_log off')
  })

  it('speaks TLS only, waits as long as a change is waited for, and takes a webhook’s body', () => {
    expect(said).toContain('return 301 https://$host$request_uri')
    expect(said).toContain('ssl_protocols TLSv1.2 TLSv1.3')
    const wait = Number(/proxy_read_timeout (\d+)s/.exec(said.join('\n'))?.[1])
    expect(wait).toBeGreaterThan(25)
    expect(said).toContain('client_max_body_size 5m')
  })

  it('shows measurements and readiness to nobody outside', () => {
    for (const path of ['/metrics', '/readyz']) expect(said).toContain(`location = ${path}`)
  })
})

describe('Caddyfile', () => {
  const said = sayings(parse(fileOf('Caddyfile'), /^\n$/))

  it('leads to the API, where it listens by default', () => {
    expect(said).toContain(`reverse_proxy ${api}`)
  })

  it('waits as long as a change is waited for, and shows measurements and readiness to nobody outside', () => {
    const wait = Number(/response_header_timeout (\d+)s/.exec(said.join('\n'))?.[1])
    expect(wait).toBeGreaterThan(25)
    expect(said).toContain('@inside path /metrics /readyz')
    expect(said).toContain('respond @inside 404')
  })
})
