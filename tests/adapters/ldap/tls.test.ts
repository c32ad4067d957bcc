import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SearchOptions } from 'ldapts'
import { beforeAll, describe, expect, it, type TestContext, vi } from 'vitest'
import type { DirectoryConfig } from '../../../adapters/ldap/connection/connect-options.ts'
import { createConnection, discard, open } from '../../../adapters/ldap/connection/connection.ts'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { streamSearch } from '../../../adapters/ldap/search/stream-search.ts'
import { type CertificateOptions, makeCertificate } from '../../../sandbox/servers/certificate.ts'
import { writeTlsFiles } from '../../../sandbox/servers/self-signed.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestDirectory, type TestDirectory } from '../../_support/servers.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'

type Certificate = 'good' | 'self-signed' | 'expired' | 'wrong-name'

const here = { hosts: ['localhost'], addresses: ['127.0.0.1'] }
const elsewhere = { hosts: ['elsewhere.example.org'], addresses: ['192.0.2.1'] }
const servers = new Map<Certificate, TestDirectory>()
let caFile: string

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'guildpost-tls-'))
  cleanUpAfter(undefined, () => rm(dir, { recursive: true }))
  const authority = makeCertificate({ commonName: 'an authority', isAuthority: true })
  const signed = { commonName: 'a directory', issuer: authority, ...here }
  const kinds: Record<Certificate, CertificateOptions> = {
    good: signed,
    'self-signed': { commonName: 'a directory', ...here },
    expired: { ...signed, fromYear: 2019, toYear: 2020 },
    'wrong-name': { ...signed, ...elsewhere },
  }
  for (const [kind, options] of Object.entries(kinds)) {
    const tls = await writeTlsFiles(join(dir, kind), { own: makeCertificate(options), authority })
    servers.set(kind as Certificate, await startTestDirectory({ tls }))
    caFile = tls.caFile
  }
})

function serverOf(kind: Certificate): TestDirectory {
  const server = servers.get(kind)
  if (!server) throw new Error(`no server has a ${kind} certificate`)
  return server
}

type Way = 'ldaps' | 'StartTLS'

/** As the API has it: it finds people with an account of its own. */
function configOf(server: TestDirectory, way: Way, more: Partial<DirectoryConfig> = {}): DirectoryConfig {
  return {
    ...(way === 'ldaps'
      ? { url: server.ldapsUrl ?? '', startTls: false }
      : { url: server.url, startTls: true }),
    caFile,
    bindDn: server.worker.dn,
    bindPassword: server.worker.password,
    peopleBase: server.peopleBase,
    peopleFilter: '(objectClass=inetOrgPerson)',
    listsBase: server.listsBase,
    listClass: server.listClass,
    ...more,
  }
}

/** Everything that connects, each by itself. */
const connecting = {
  'the shared connection': async (config) => {
    const connection = createConnection(config)
    try {
      const root = await connection.run((client) => client.search('', { scope: 'base', attributes: ['1.1'] }))
      return root.searchEntries.length
    } finally {
      await connection.close()
    }
  },
  'the reader of everything': async (config) => {
    const search = { base: config.peopleBase, filter: '(uid=alice)', attributes: ['uid'] }
    let found = 0
    for await (const piece of streamSearch(config, search)) found += piece.length
    return found
  },
  'the bind as a person': async (config) => {
    const bindDn = `uid=alice,${config.peopleBase}`
    await discard(await open({ ...config, bindDn, bindPassword: serverOf('good').passwordOf('alice') }))
    return 1
  },
} satisfies Record<string, (config: DirectoryConfig) => Promise<number>>

type Connecting = keyof typeof connecting

const everyWay = (['ldaps', 'StartTLS'] as const).flatMap((way) =>
  (Object.keys(connecting) as Connecting[]).map((what) => ({ way, what })),
)

const failure = (message: RegExp): unknown =>
  expect.objectContaining({
    name: 'DirectoryFailure',
    kind: 'transient',
    code: null,
    message: expect.stringMatching(message) as unknown,
  })

describe.each(everyWay)('$what over $way', ({ way, what }) => {
  const connect = connecting[what]

  it('works where our authority signed the certificate, for an address and for a name', async () => {
    const config = configOf(serverOf('good'), way)
    expect(await connect(config)).toBe(1)
    expect(await connect({ ...config, url: config.url.replace('127.0.0.1', 'localhost') })).toBe(1)
  })

  it.each<[Certificate, RegExp]>([
    ['self-signed', /signed by nobody who is trusted here \(.+\): LDAP_CA_FILE \(.+\) is not the authority/],
    ['expired', /not valid today \(certificate has expired\): renew it there/],
    [
      'wrong-name',
      /not for 127\.0\.0\.1 but for DNS:elsewhere\.example\.org, .+: put one of these into LDAP_URL/,
    ],
  ])('is refused with a certificate that is %s, and says what to do', async (kind, message) => {
    const server = serverOf(kind)
    await expect(connect(configOf(server, way))).rejects.toEqual(failure(message))
    expect(await readFile(server.logFile, 'utf8')).not.toContain('BIND')
  })

  it('is refused where no authority is named, even if the environment asks to look away', async (t) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    cleanUpAfter(t, () => vi.unstubAllEnvs())
    for (const kind of ['good', 'self-signed'] as const)
      await expect(connect(configOf(serverOf(kind), way, { caFile: undefined }))).rejects.toEqual(
        failure(/trusted here .+: set LDAP_CA_FILE to the authority that signed it/),
      )
    await expect(connect(configOf(serverOf('wrong-name'), way))).rejects.toEqual(failure(/not for 127/))
  })
})

it.for(['ldaps', 'StartTLS'] as const)(
  'a person’s password stays here when somebody else answers for it over %s',
  async (way, t) => {
    const good = serverOf('good')
    let to = good
    const proxy = await startTcpProxy(() =>
      way === 'ldaps' ? Number(new URL(to.ldapsUrl ?? '').port) : to.port,
    )
    const url = `${way === 'ldaps' ? 'ldaps' : 'ldap'}://127.0.0.1:${proxy.port}`
    const directory = openDirectory(configOf(good, way, { url }))
    cleanUpAfter(t, () => directory.close())
    expect(await directory.authenticate('alice', good.passwordOf('alice'))).toMatchObject({ uid: 'alice' })
    // Between finding the person and trying the password.
    const asked = directory.authenticate('alice', good.passwordOf('alice'), async () => {
      to = serverOf('self-signed')
    })
    await expect(asked).rejects.toEqual(failure(/signed by nobody who is trusted here/))
    expect(Buffer.concat(proxy.sent).includes(good.passwordOf('alice'))).toBe(false)
  },
)

/** RFC 4511, section 4.14.1: message 1 asks for StartTLS. */
const startTlsRequest = Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex')
const yes = Buffer.from('300c02010178070a010004000400', 'hex')
const protocolError = Buffer.from('300c02010178070a010204000400', 'hex')
/** "Welcome", to a bind with number 1 and one with number 2: the first that our two clients send. */
const welcomes = Buffer.from('300c02010161070a010004000400300c02010261070a010004000400', 'hex')

describe.each(Object.keys(connecting) as Connecting[])('%s, where StartTLS is asked for', (what) => {
  const connect = connecting[what]

  it('is refused by a server that has no TLS, and nothing else was sent', async (t) => {
    const server = await startTestDirectory({}, t)
    await expect(connect(configOf(server, 'StartTLS'))).rejects.toEqual(
      failure(/refused StartTLS \(.+\)\. Nothing was sent in plain/),
    )
    expect(await readFile(server.logFile, 'utf8')).not.toContain('BIND')
  })

  it.each<[string, Buffer[], RegExp]>([
    ['refuses it', [protocolError], /refused StartTLS/],
    ['agrees and goes on in plain', [yes, welcomes], /no connection to the directory/],
    ['agrees and welcomes at once', [Buffer.concat([yes, welcomes])], /more than it was asked/],
    ['agrees and begins to welcome', [Buffer.concat([yes, welcomes.subarray(0, 9)])], /more than it was/],
    ['welcomes instead', [welcomes.subarray(0, 14)], /did not answer to StartTLS/],
    ['says nothing', [], /not connected within 300 ms/],
    ['agrees and says nothing more', [yes], /not connected within 300 ms/],
    ['has much to say', [Buffer.alloc(100_000, 0x30)], /no connection to the directory/],
  ])('sends nothing in plain to somebody in the middle who %s', async (_case, answers, message) => {
    const server = serverOf('good')
    const middle = await startMiddle(answers)
    const config = configOf(server, 'StartTLS', {
      url: `ldap://127.0.0.1:${middle.port}`,
      timeoutMs: 300,
    })
    await expect(connect(config)).rejects.toEqual(failure(message))
    const heard = middle.heard()
    expect(heard.subarray(0, startTlsRequest.length)).toEqual(startTlsRequest)
    expectTlsRecords(heard.subarray(startTlsRequest.length))
  })

  it('hears of a connection that is closed instead', async () => {
    const middle = await startMiddle(['close'])
    const config = configOf(serverOf('good'), 'StartTLS', { url: `ldap://127.0.0.1:${middle.port}` })
    await expect(connect(config)).rejects.toEqual(failure(/closed the connection/))
    expect(middle.heard()).toEqual(startTlsRequest)
  })
})

it('says so when LDAP_URL promises TLS at a port that has none', async () => {
  const { port } = serverOf('good')
  const config = configOf(serverOf('good'), 'ldaps', { url: `ldaps://127.0.0.1:${port}` })
  await expect(connecting['the shared connection'](config)).rejects.toEqual(
    failure(/does not speak TLS there .+LDAP_STARTTLS=on/),
  )
})

it('every connection after a break begins with TLS again', async (t) => {
  const server = serverOf('good')
  const proxy = await startTcpProxy(server.port, t)
  const config = configOf(server, 'StartTLS', { url: `ldap://127.0.0.1:${proxy.port}` })
  const directory = openDirectory(config)
  cleanUpAfter(t, () => directory.close())
  for (let time = 0; time < 3; time += 1) {
    await expect.poll(() => directory.findListsHolding([server.personDn('alice')])).not.toEqual([])
    proxy.cut()
  }
  expect(proxy.sent).toHaveLength(3)
  for (const sent of proxy.sent) {
    expect(sent.subarray(0, startTlsRequest.length)).toEqual(startTlsRequest)
    expectTlsRecords(sent.subarray(startTlsRequest.length))
  }
})

it('an operation of several steps never goes on over another connection', async (t) => {
  const server = serverOf('good')
  const proxy = await startTcpProxy(server.port, t)
  const connection = createConnection(configOf(server, 'StartTLS', { url: `ldap://127.0.0.1:${proxy.port}` }))
  cleanUpAfter(t, () => connection.close())
  const look: SearchOptions = { scope: 'base', attributes: ['1.1'] }
  const twoSteps = connection.run(async (client) => {
    await client.search('', look)
    proxy.cut()
    await expect.poll(() => client.isConnected).toBe(false)
    await client.search('', look)
  })
  await expect(twoSteps).rejects.toMatchObject({ kind: 'unknown-outcome', code: null })
  expect(proxy.sent).toHaveLength(1)
})

/** Somebody on the way who answers each thing that a client says with the next of `answers`, whatever it was. */
async function startMiddle(answers: (Buffer | 'close')[], t?: TestContext) {
  const heard: Buffer[] = []
  const left = [...answers]
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data: Buffer) => {
      heard.push(data)
      const answer = left.shift()
      if (answer === 'close') socket.destroy()
      else if (answer) socket.write(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUpAfter(t, () => server.close())
  return { port: (server.address() as { port: number }).port, heard: () => Buffer.concat(heard) }
}

/** Nothing but whole TLS records (RFC 8446, section 5.1), or nothing at all; the last may have been cut. */
function expectTlsRecords(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    expect(bytes[at]).toBeGreaterThanOrEqual(20)
    expect(bytes[at]).toBeLessThanOrEqual(23)
    expect(bytes[at + 1]).toBe(3)
  }
}
