import { networkOf } from './network-of.ts'

/** The network of a client's address, which is all that is kept of it: 203.0.113.0/24 or 2001:db8:1::/48, or `unknown`. */
export const shortAddress = (address: string): string => networkOf(address, { bytes: 3, groups: 3 })
