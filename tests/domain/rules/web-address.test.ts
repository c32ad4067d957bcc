import { expect, it } from 'vitest'
import { webAddress } from '../../../domain/rules/web-address.ts'

it.each([
  ['https://example.org', 'https://example.org/'],
  ['http://[fd00::1]:9093/#/alerts', 'http://[fd00::1]:9093/#/alerts'],
  ['http://[fd00::1]/a[1](b)?c=[2]#d|e', 'http://[fd00::1]/a%5B1%5D%28b%29?c=%5B2%5D#d%7Ce'],
  ['https://example.org/@everyone', 'https://example.org/%40everyone'],
  ['http://alertmanager:9093/', 'http://alertmanager:9093/'],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/'],
])('writes %s so that it leads where it led', (given, shown) => {
  expect(webAddress(given)).toBe(shown)
  expect(URL.parse(shown)?.host).toBe(new URL(given).host)
})

it.each([
  'ftp://example.org/',
  'example.org',
  'https://bank.example@evil.example/',
  'http://a(b)*c*.example/',
  'http://`a`/',
  'http://[fd00::1/',
  'javascript:alert(1)',
  `https://example.org/${'x'.repeat(2000)}`,
])('has nothing for %s', (given) => {
  expect(webAddress(given)).toBeNull()
})
