import { isIPv4, isIPv6 } from 'node:net'

/** How much of an address tells its network: whole bytes of IPv4, groups of 16 bits of IPv6. */
export type NetworkSize = { bytes: 3 | 4; groups: 3 | 4 }

/**
 * The network that an address is in, 203.0.113.0/24 or 2001:db8:1::/48; an IPv4 address that came as IPv6 is an IPv4 one
 * (RFC 4291, section 2.5.5.2). What is no address is `unknown`.
 */
export function networkOf(address: string, { bytes, groups }: NetworkSize): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain)) return `${networkOfIPv4(plain, bytes)}/${8 * bytes}`
  if (!isIPv6(plain)) return 'unknown'
  const all = groupsOf(plain)
  if (mappedIPv4.test(all.join(':')))
    return networkOf(all.slice(6).flatMap(bytesOf).join('.'), { bytes, groups })
  return `${all.slice(0, groups).join(':')}::/${16 * groups}`
}

const mappedIPv4 = /^(0:){5}ffff:/

function networkOfIPv4(address: string, bytes: number): string {
  return address
    .split('.')
    .map((byte, at) => (at < bytes ? byte : '0'))
    .join('.')
}

/** Without leading zeros, and with those that `::` leaves out. */
function groupsOf(address: string): string[] {
  const [before = '', after] = address
    .replace(/%.*$/, '')
    .replace(/[0-9.]+\.[0-9]+$/, asGroups)
    .split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16).toString(16))
}

function asGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function bytesOf(group: string): number[] {
  const number = Number.parseInt(group, 16)
  return [number >> 8, number & 255]
}
