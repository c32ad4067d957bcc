import { wholeCharacters } from '../../texts/graphemes.ts'
import type { Translate } from '../../texts/translate.ts'

/** Leaves room for the sentence above it in a message of 2,000 characters. */
const codeLength = 1_300

export function ldifBlock(ldif: string): string {
  return `\`\`\`ldif\n${wholeCharacters(ldif.replaceAll('```', "'''"), codeLength)}\n\`\`\``
}

/** A sentence about what is kept back and, where a worker has shown it by now, what would be written. */
export function withLdif(t: Translate, sentence: string, ldif: string | undefined): string {
  return ldif ? `${sentence}\n${t('observe.lines')}\n${ldifBlock(ldif)}` : sentence
}
