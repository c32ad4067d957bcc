import { readFileSync } from 'node:fs'
import type { ListClass } from '../../domain/contracts/directory.ts'

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
}

/** TLS for this address: the host is always verified against the certificate. */
export function tlsOptions(config: DirectoryConfig): { servername: string; ca?: Buffer[] } {
  const servername = new URL(config.url).hostname.replace(/^\[|\]$/g, '')
  return { servername, ...(config.caFile ? { ca: [readFileSync(config.caFile)] } : {}) }
}

export const isLdaps = (config: DirectoryConfig): boolean => config.url.startsWith('ldaps://')
