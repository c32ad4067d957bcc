import fc from 'fast-check'
import { expect, it } from 'vitest'
import { letterOfText } from '../../texts/letter-of-text.ts'
import { letter } from '../../texts/letter.ts'

const whole = {
  subject: 'A <subject> & more',
  locale: 'en',
  parts: [
    'Hello “Bob” <b>,',
    'see https://lists.example.org/a?b=1&c=2, or ask.\nSecond line.',
    { list: ['news', 'a <script>'] },
    { code: '123 456' },
    { url: 'https://lists.example.org/undo/x"y', button: 'Undo & go' },
    { quiet: 'Good for a week.' },
  ],
}

it('is written once, and read as text and as HTML', () => {
  const { subject, textBody, htmlBody } = letter(whole)
  expect(subject).toBe('A <subject> & more')
  expect(textBody).toBe(
    [
      'Hello “Bob” <b>,',
      'see https://lists.example.org/a?b=1&c=2, or ask.\nSecond line.',
      '- news\n- a <script>',
      '    123 456',
      'https://lists.example.org/undo/x"y',
      'Good for a week.\n',
    ].join('\n\n'),
  )
  expect(htmlBody).toContain('<html lang="en">')
  expect(htmlBody).toContain('Hello “Bob” &#60;b&#62;,')
  expect(htmlBody).toContain('href="https://lists.example.org/a?b=1&#38;c=2"')
  expect(htmlBody).toContain('</a>, or ask.<br />Second line.')
  expect(htmlBody).toContain('<li>a &#60;script&#62;</li>')
  expect(htmlBody).toContain('href="https://lists.example.org/undo/x&#34;y"')
  expect(htmlBody).toContain('>Undo &#38; go</a')
})

/** What is left of the HTML without its style sheet, as whoever sees no styles reads it. */
const readable = (html: string) =>
  html
    .replace(/<head>[\s\S]*<\/head>/, '')
    .replaceAll(/<br \/>|<\/p>|<\/li>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
    .trim()

it('whatever stands in it, it is text there, and all of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (one, other) => {
      const { htmlBody } = letter({
        subject: one,
        locale: 'en',
        parts: [one, { list: [other] }, { quiet: one }],
      })
      expect(readable(htmlBody)).toBe(`${one} ${other} ${one}`.replaceAll(/\s+/g, ' ').trim())
    }),
  )
})

it('an address ends where the sentence goes on', () => {
  const html = letter({
    subject: '',
    locale: 'zh-TW',
    parts: ['請看（https://a.example/x）。或 http://b.example/y!'],
  }).htmlBody
  expect(html).toContain('href="https://a.example/x"')
  expect(html).toContain('href="http://b.example/y"')
})

it('a text becomes paragraphs and lists, and stays as it is', () => {
  const text = 'These ended:\n- news\n- chess\nThe rest goes on.\n\n \nAsk your admins.\n'
  const { textBody, htmlBody } = letterOfText({ subject: 's', locale: 'en', text })
  expect(textBody).toBe(text)
  const shape = [...htmlBody.matchAll(/<(p|ul|li)\b/g)].map(([, name]) => name)
  expect(shape).toEqual(['p', 'ul', 'li', 'li', 'p', 'p'])
  expect(readable(htmlBody)).toBe('These ended: news chess The rest goes on. Ask your admins.')
})
