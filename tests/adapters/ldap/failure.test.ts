import { Attribute, Change, type Client, NoResultError, StatusCodeParser, SearchResponse } from 'ldapts'
import { expect, it } from 'vitest'
import { createConnection } from '../../../adapters/ldap/connection/connection.ts'
import { asFailure, type FailureKind, isUnexplained, kindOfCode } from '../../../adapters/ldap/failure.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestDirectory } from '../../_support/servers.ts'
import { all, openFor } from './_feed.ts'

const classes: Record<FailureKind, number[]> = {
  'unknown-outcome': [],
  transient: [1, 3, 51, 52, 80],
  recompute: [16, 20, 32, 68, 122],
  pause: [7, 8, 10, 11, 13, 48, 49, 50, 53, 54],
  permanent: [2, 12, 17, 18, 19, 21, 34, 64, 65, 66, 67, 69, 71, 4711],
}

it.each(Object.entries(classes).flatMap(([kind, codes]) => codes.map((code) => ({ code, kind }))))(
  'takes an answer with code $code for $kind',
  ({ code, kind }) => {
    expect(kindOfCode(code)).toBe(kind)
    // As the library tells it: some codes have a class of their own, others (10, 80, 122) have none.
    const thrown = StatusCodeParser.parse(new SearchResponse({ messageId: 1, status: code }))
    expect(asFailure(thrown, true)).toMatchObject({ kind, code })
  },
)

it.each([
  'read ECONNRESET',
  'write EPIPE',
  'Connection closed before message response was received',
  'Operation timed out',
])('does not know what became of an operation that ended with "%s"', (message) => {
  expect(asFailure(new Error(message), true)).toMatchObject({ kind: 'unknown-outcome', code: null })
  expect(asFailure(new Error(message), false)).toMatchObject({ kind: 'transient', code: null })
})

it.each([
  [49, '', 'the directory answered 49 (invalidCredentials)'],
  [32, '', 'the directory answered 32 (noSuchObject)'],
  [65, 'object class violation', 'the directory answered 65 (objectClassViolation): object class violation'],
  [122, '', 'the directory answered 122 (assertionFailed)'],
])('says code %s by its name, and what the server said', (status, errorMessage, says) => {
  const answer = new SearchResponse({ messageId: 1, status, errorMessage })
  expect(asFailure(StatusCodeParser.parse(answer), true).message).toBe(says)
})

it('takes no answer at all for an unknown outcome', () => {
  expect(asFailure(new NoResultError(), true).kind).toBe('unknown-outcome')
})

it('tells apart what a server explains from what it does not', () => {
  expect(isUnexplained(failureOf(80))).toBe(true)
  expect(isUnexplained(failureOf(51))).toBe(false)
})

it('asks what is on the way: nobody listens, a wrong password, no such place, not allowed', async (t) => {
  const server = await startTestDirectory({}, t)
  await expect(openFor(server, t).probe()).resolves.toBeUndefined()
  await expect(openFor(server, t, { bindPassword: 'wrong' }).probe()).rejects.toMatchObject({
    kind: 'pause',
    code: 49,
  })
  await expect(
    openFor(server, t, { listsBase: 'ou=nowhere,dc=example,dc=org' }).probe(),
  ).rejects.toMatchObject({
    code: 32,
  })
  const [list] = await all(openFor(server, t).readLists())
  const stranger = openFor(server, t, { bindDn: server.personDn('alice'), bindPassword: 'alice sings' })
  const adding = stranger.modifyMembers(list?.dn ?? '', { add: ['cn=x'], remove: [], version: '' })
  // To whom may not see it, the entry is not there (code 32), or they may not write (50).
  await expect(adding).rejects.toMatchObject({ name: 'DirectoryFailure' })
  await server.stop()
  await expect(openFor(server, t).probe()).rejects.toMatchObject({ kind: 'transient', code: null })
})

it('tells a server that forgot our bind from one that wants another', async (t) => {
  const server = await startTestDirectory({}, t)
  const config = {
    url: server.url,
    startTls: false,
    peopleBase: server.peopleBase,
    peopleFilter: '(objectClass=*)',
    listsBase: server.listsBase,
    listClass: server.listClass,
  }
  const describeNews = (client: Client) =>
    client.modify(
      server.listDn('news'),
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'description', values: ['new'] }),
      }),
    )
  const bound = createConnection({
    ...config,
    bindDn: server.worker.dn,
    bindPassword: server.worker.password,
  })
  const nobody = createConnection(config)
  cleanUpAfter(t, () => Promise.all([bound.close(), nobody.close()]))
  const forgotten = bound.run(async (client) => {
    await client.bind('', '')
    await describeNews(client)
  })
  await expect(forgotten).rejects.toMatchObject({ kind: 'transient', code: 8 })
  // On a connection that is bound again.
  await expect(bound.run(describeNews)).resolves.toBeUndefined()
  await expect(nobody.run(describeNews)).rejects.toMatchObject({ kind: 'pause', code: 8 })
})

function failureOf(status: number) {
  return asFailure(StatusCodeParser.parse(new SearchResponse({ messageId: 1, status })), true)
}
