import { componentProblems } from './component-rules.ts'
import { lengthOf, required, tooLong, type Problem } from './problems.ts'
import { messageFlags, type AllowedMentions, type Embed, type MessageBody } from './wire.ts'

/** Rules about messages that Discord enforces and its description leaves out. */
export function messageProblems(message: MessageBody, usesV2: boolean): Problem[] {
  return [
    ...contentProblems(message, usesV2),
    ...embedProblems(message.embeds ?? []),
    ...componentProblems(message.components ?? [], usesV2),
    ...mentionProblems(message.allowed_mentions),
  ]
}

/** Whether a body, or a message that exists, is made of components alone. */
export function usesV2({ flags }: { flags?: number | null }): boolean {
  return ((flags ?? 0) & messageFlags.componentsV2) !== 0
}

function contentProblems({ content, embeds }: MessageBody, usesV2: boolean): Problem[] {
  if (usesV2 && (content || embeds?.length))
    return [
      {
        path: [content ? 'content' : 'embeds'],
        code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        message: 'The field cannot be used when using MessageFlags.IS_COMPONENTS_V2.',
      },
    ]
  return lengthOf(content) > 2000 ? [tooLong(['content'], 2000)] : []
}

function embedProblems(embeds: readonly Embed[]): Problem[] {
  const problems: Problem[] = []
  let total = 0
  for (const [index, { title, description, footer, author, fields, ...rest }] of embeds.entries()) {
    const texts = [
      title,
      description,
      footer?.text,
      author?.name,
      ...(fields ?? []).flatMap((f) => [f.name, f.value]),
    ]
    total += texts.reduce((sum, text) => sum + lengthOf(text), 0)
    const visible = texts.some(Boolean) || rest.image || rest.thumbnail
    if (!visible) problems.push(required(['embeds', index, 'description']))
    for (const [position, field] of (fields ?? []).entries())
      for (const part of ['name', 'value'] as const)
        if (field[part].trim() === '') problems.push(required(['embeds', index, 'fields', position, part]))
  }
  if (total > 6000)
    problems.push({
      path: ['embeds'],
      code: 'MAX_EMBED_SIZE_EXCEEDED',
      message: 'Embed size exceeds maximum size of 6000',
    })
  return problems
}

function mentionProblems(allowed: AllowedMentions | null | undefined): Problem[] {
  return (['users', 'roles'] as const)
    .filter((kind) => allowed?.parse?.includes(kind) && (allowed[kind]?.length ?? 0) > 0)
    .map((kind) => ({
      path: ['allowed_mentions'],
      code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
      message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
    }))
}
