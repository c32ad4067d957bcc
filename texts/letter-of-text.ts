import type { Letter } from '../domain/contracts/link-words.ts'
import { htmlOf, type Part } from './letter.ts'

const listItem = /^[-•] +/

/** A letter of which only the text is written: blank lines part its paragraphs, and lines that begin with a dash are a list. */
export function letterOfText({
  subject,
  locale,
  text,
}: {
  subject: string
  locale: string | null
  text: string
}): Letter {
  const blocks = text.replaceAll('\r\n', '\n').split(/\n[ \t]*\n\s*/)
  const parts = blocks.filter((block) => block.trim() !== '').flatMap(partsOf)
  return { subject, textBody: text, htmlBody: htmlOf({ subject, locale, parts }) }
}

/** A sentence may lead to its list without a blank line. */
function partsOf(block: string): Part[] {
  const parts: (string | { list: string[] })[] = []
  for (const line of block.trim().split('\n')) {
    const last = parts.at(-1)
    if (listItem.test(line)) {
      const item = line.replace(listItem, '')
      if (typeof last === 'object') last.list.push(item)
      else parts.push({ list: [item] })
    } else if (typeof last === 'string') parts[parts.length - 1] = `${last}\n${line}`
    else parts.push(line)
  }
  return parts
}
