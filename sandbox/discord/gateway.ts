import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { guildCreatePayload, memberPayload } from './guild-payloads.ts'
import { intents } from './intents.ts'
import { gatewayUrl } from './route-gateway.ts'
import { noteChange, type DiscordState } from './state.ts'

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway */
const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  acknowledged: 11,
}
const close = {
  unknownOpcode: 4001,
  undecodable: 4002,
  notAuthenticated: 4003,
  wrongToken: 4004,
  alreadyAuthenticated: 4005,
  tooManySends: 4008,
  disallowedIntents: 4014,
}
const sendLimit = { count: 120, windowMs: 60_000 }
const identifiesPerDay = 1000
/** How long a session whose socket is gone waits to be resumed, in real time. */
const resumableMs = 60_000
const replayable = 1000

interface Session {
  id: string
  intents: number
  sequence: number
  /** What was sent, for a resume: sequence number and text. */
  sent: { sequence: number; text: string }[]
  socket: WebSocket | undefined
  lostAt: number
}

export interface Gateway {
  /** Sessions that hear of an event now, or would after resuming. */
  reachable(): number
  /** Sessions with an open socket. */
  connected(): number
  identifiesLeft(): number
  publish(event: string, data: unknown, intent: number): void
  /** Cuts every socket; without `resumable` the sessions are forgotten too. */
  drop(resumable: boolean): void
  /** While frozen it takes everything and says nothing, not even to heartbeats. */
  freeze(frozen: boolean): void
}

interface Connection {
  socket: WebSocket
  session: Session | undefined
  /** When each message of the last minute came. */
  receivedAt: number[]
}

interface Payload {
  op: number
  d: unknown
}

/** Discord's gateway on an HTTP server: https://docs.discord.com/developers/events/gateway */
export function createGateway(state: DiscordState, server: Server, heartbeatIntervalMs: number): Gateway {
  const sessions = new Map<string, Session>()
  const sockets = new Set<WebSocket>()
  const identifiedAt: number[] = []
  let frozen = false

  const webSockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (opened) => welcome(opened))
  })

  function welcome(socket: WebSocket): void {
    const connection: Connection = { socket, session: undefined, receivedAt: [] }
    sockets.add(socket)
    socket.on('close', (code) => {
      sockets.delete(socket)
      if (connection.session?.socket === socket) leave(connection.session, code)
    })
    // A socket that was cut reports it here and then closes; the close is what counts.
    socket.on('error', () => {})
    socket.on('message', (raw) => {
      if (sendsTooMuch(connection)) return socket.close(close.tooManySends, 'Rate limited')
      const payload = parse(raw)
      if (!payload) return socket.close(close.undecodable, 'Error while decoding payload')
      if (!frozen) receive(connection, payload)
    })
    transmit(socket, { op: op.hello, d: { heartbeat_interval: heartbeatIntervalMs } })
  }

  function receive(connection: Connection, { op: code, d }: Payload): void {
    const { socket, session } = connection
    if (code === op.heartbeat) transmit(socket, { op: op.acknowledged })
    else if (code === op.identify || code === op.resume) authenticate(connection, code, d)
    else if (!session) socket.close(close.notAuthenticated, 'Not authenticated')
    else if (code === op.requestMembers) sendMembers(session, d as MembersRequest)
    else if (code !== op.presence && code !== op.voice) socket.close(close.unknownOpcode, 'Unknown opcode')
  }

  function authenticate(connection: Connection, code: number, d: unknown): void {
    const { socket, session } = connection
    if (session) socket.close(close.alreadyAuthenticated, 'Already authenticated')
    else if ((d as { token?: string } | null)?.token !== state.token)
      socket.close(close.wrongToken, 'Authentication failed')
    else if (code === op.identify) identify(connection, d as { intents: number })
    else resume(connection, d as Resume)
  }

  function identify(connection: Connection, { intents: asked }: { intents: number }): void {
    if (asked & disallowedIntents(state))
      return connection.socket.close(close.disallowedIntents, 'Disallowed intent(s).')
    const isInGuild = state.members.has(state.applicationId)
    const session: Session = {
      id: randomBytes(16).toString('hex'),
      intents: asked,
      sequence: 0,
      sent: [],
      socket: connection.socket,
      lostAt: 0,
    }
    connection.session = session
    sessions.set(session.id, session)
    identifiedAt.push(Date.now())
    send(session, 'READY', {
      v: 10,
      user: { ...state.botUser, verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: isInGuild ? [{ id: state.guildId, unavailable: true }] : [],
      session_id: session.id,
      resume_gateway_url: gatewayUrl(state.baseUrl),
      shard: [0, 1],
      application: { id: state.applicationId, flags: 0 },
    })
    if (isInGuild && asked & intents.guilds) send(session, 'GUILD_CREATE', guildCreatePayload(state))
    noteChange(state)
  }

  function resume(connection: Connection, { session_id, seq }: Resume): void {
    const session = sessions.get(session_id)
    const oldest = session?.sent[0]?.sequence ?? 1
    if (!session || seq > session.sequence || seq + 1 < oldest)
      return transmit(connection.socket, { op: op.invalidSession, d: false })
    session.socket?.terminate()
    session.socket = connection.socket
    connection.session = session
    for (const { sequence, text } of session.sent) if (sequence > seq) connection.socket.send(text)
    send(session, 'RESUMED', {})
    noteChange(state)
  }

  function leave(session: Session, code: number): void {
    session.socket = undefined
    session.lostAt = performance.now()
    // A client that says goodbye does not come back for the rest.
    if (code === 1000 || code === 1001) sessions.delete(session.id)
    noteChange(state)
  }

  function sendMembers(session: Session, { user_ids, query, limit, nonce }: MembersRequest): void {
    const wanted = user_ids === undefined ? undefined : new Set([user_ids].flat())
    const members = [...state.members.keys()]
      .filter((id) => wanted?.has(id) ?? state.users.get(id)?.username.startsWith(query ?? '') ?? !query)
      .slice(0, limit || Infinity)
      .map((id) => memberPayload(state, id))
    send(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: state.guildId,
      members,
      chunk_index: 0,
      chunk_count: 1,
      not_found: [...(wanted ?? [])].filter((id) => !state.members.has(id)),
      ...(nonce === undefined ? {} : { nonce }),
    })
  }

  function send(session: Session, event: string, data: unknown): void {
    session.sequence += 1
    const text = JSON.stringify({ op: op.dispatch, t: event, s: session.sequence, d: data })
    session.sent.push({ sequence: session.sequence, text })
    if (session.sent.length > replayable) session.sent.shift()
    if (!frozen) session.socket?.send(text)
  }

  function live(): Session[] {
    for (const [id, { socket, lostAt }] of sessions)
      if (!socket && performance.now() - lostAt > resumableMs) sessions.delete(id)
    return [...sessions.values()]
  }

  function transmit(socket: WebSocket, payload: { op: number; d?: unknown }): void {
    if (!frozen) socket.send(JSON.stringify({ s: null, t: null, d: null, ...payload }))
  }

  return {
    reachable: () => live().length,
    connected: () => live().filter(({ socket }) => socket).length,
    identifiesLeft() {
      const today = identifiedAt.filter((at) => at > Date.now() - 24 * 3_600_000)
      return Math.max(0, identifiesPerDay - today.length)
    },
    publish(event, data, intent) {
      for (const session of live()) if (intent === 0 || session.intents & intent) send(session, event, data)
    },
    drop(resumable) {
      if (!resumable) sessions.clear()
      for (const socket of sockets) socket.terminate()
    },
    freeze(value) {
      frozen = value
    },
  }
}

/** Bits of the privileged intents that are switched off in the developer portal. */
function disallowedIntents({ membersIntent }: DiscordState): number {
  return intents.guildPresences | intents.messageContent | (membersIntent ? 0 : intents.guildMembers)
}

interface Resume {
  session_id: string
  seq: number
}

interface MembersRequest {
  user_ids?: string | string[]
  query?: string
  limit?: number
  nonce?: string
}

function sendsTooMuch({ receivedAt }: Connection): boolean {
  const now = performance.now()
  receivedAt.push(now)
  while ((receivedAt[0] ?? now) < now - sendLimit.windowMs) receivedAt.shift()
  return receivedAt.length > sendLimit.count
}

function parse(raw: RawData): Payload | undefined {
  try {
    const payload: unknown = JSON.parse((raw as Buffer).toString('utf8'))
    return typeof payload === 'object' && payload !== null && 'op' in payload
      ? (payload as Payload)
      : undefined
  } catch {
    return undefined
  }
}
