import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import type { OnOperation } from './observe-client.ts'

export type DirectoryConfig = {
  url: string
  caFile?: string | undefined
  startTls: boolean
  bindDn?: string | undefined
  bindPassword?: string | undefined
  peopleBase: string
  peopleFilter: string
  listsBase: string
  listClass: ListClass
  adminGroup?: string | undefined
  /** How long one operation may take before its connection is given up. */
  timeoutMs?: number | undefined
  onOperation?: OnOperation | undefined
}

type TlsOptions = { host: string; servername?: string; ca?: Buffer[]; rejectUnauthorized: true }

/**
 * TLS for this address: certificate and host name are always verified, also where TLS begins on an open socket, and whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says. An IP address is no server name (RFC 6066, section 3).
 */
export function tlsOptions(config: DirectoryConfig): TlsOptions {
  const host = new URL(config.url).hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(config.caFile ? { ca: [readFileSync(config.caFile)] } : {}),
  }
}

/** Whether TLS begins with the connection, and not by StartTLS or never. */
export const isLdaps = (config: DirectoryConfig): boolean => config.url.startsWith('ldaps://')
