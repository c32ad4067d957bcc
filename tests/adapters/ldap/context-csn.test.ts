import { expect, it } from 'vitest'
import type { Connection } from '../../../adapters/ldap/connection/connection.ts'
import { csnsChanged, readContextCsns } from '../../../adapters/ldap/follow/context-csn.ts'

/** A version by one of several servers that take writes, at this second. */
const csn = (second: number, server: number): string =>
  `202601010000${String(second).padStart(2, '0')}.000000Z#000000#00${server}#000000`
const csns = (...all: string[]): string => all.sort().join(',')

it('what changed since is asked for from the version of the server that wrote', () => {
  expect(csnsChanged(csn(1, 0), csn(2, 0))).toBe(csn(1, 0))
  expect(csnsChanged(csns(csn(1, 1), csn(5, 2)), csns(csn(1, 1), csn(9, 2)))).toBe(csn(5, 2))
})

it('where several wrote, from the versions of each of them', () => {
  const before = csns(csn(1, 1), csn(5, 2), csn(3, 3))
  expect(csnsChanged(before, csns(csn(6, 1), csn(9, 2), csn(3, 3)))).toBe(csns(csn(1, 1), csn(5, 2)))
})

it('where a server writes that did not before, from all: what it wrote may be older than what was known', () => {
  const before = csns(csn(4, 1), csn(5, 2))
  expect(csnsChanged(before, csns(before, csn(2, 3)))).toBe(before)
  expect(csnsChanged(before, csns(csn(4, 1), csn(6, 2), csn(2, 3)))).toBe(before)
})

it.each([
  ['shows an older version', csns(csn(4, 1), csn(5, 2)), csns(csn(4, 1), csn(3, 2))],
  ['shows an older one although another wrote', csns(csn(4, 1), csn(5, 2)), csns(csn(9, 1), csn(3, 2))],
  ['shows none any more', csns(csn(4, 1), csn(5, 2)), csn(6, 1)],
])('a server that %s went back: what there is may have any version', (_, before, after) => {
  expect(csnsChanged(before, after)).toBeNull()
})

it('the versions are those of the contexts that people and lists are in, each the innermost', async () => {
  const versions: Record<string, string> = {
    'dc=example,dc=org': csn(1, 0),
    'ou=people,dc=example,dc=org': csn(2, 0),
    'dc=lists': csn(3, 0),
    'cn=accesslog': csn(4, 0),
  }
  const entries = (base: string) =>
    base === ''
      ? { dn: '', namingContexts: Object.keys(versions) }
      : { dn: base, contextCSN: versions[base] ?? [] }
  const client = {
    search: async (base: string) => ({ searchEntries: [entries(base)], searchReferences: [] }),
  }
  const connection = {
    run: (operation: (one: typeof client) => unknown) => operation(client),
    close: async () => {},
  } as unknown as Connection
  const config = {
    url: 'ldap://127.0.0.1',
    startTls: false,
    peopleBase: 'ou=staff,ou=People,dc=example,dc=org',
    peopleFilter: '(uid=*)',
    listsBase: 'ou=lists,dc=lists',
    listClass: 'groupOfNames' as const,
  }
  expect(await readContextCsns(config, connection)).toEqual([csn(2, 0), csn(3, 0)])
})
