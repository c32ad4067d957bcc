import { expect, test } from 'vitest'
import { networkOf } from '../../domain/rules/network-of.ts'
import { shortAddress } from '../../domain/rules/short-address.ts'

test.each([
  ['203.0.113.7', '203.0.113.7/32', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.7/32', '203.0.113.0/24'],
  ['::FFFF:cb00:7107', '203.0.113.7/32', '203.0.113.0/24'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7/32', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:DB8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64', '64:ff9b:0::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  ['::', '0:0:0:0::/64', '0:0:0::/48'],
  ['unknown', 'unknown', 'unknown'],
  ['', 'unknown', 'unknown'],
  ['203.0.113.7:443', 'unknown', 'unknown'],
])('%j is in %s, which is kept as %s', (address, network, kept) => {
  expect(networkOf(address, { bytes: 4, groups: 4 })).toBe(network)
  expect(shortAddress(address)).toBe(kept)
})
