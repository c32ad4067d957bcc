import { isIPv4 } from 'node:net'

/** True for an address that never leaves this machine. */
export function isLoopback(address: string): boolean {
  const host = new URL(address).hostname
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}
