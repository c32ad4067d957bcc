import type { Modal } from '../discord/stand-in.ts'

export type ModalField = {
  id: string
  /** What stands above it. */
  label: string
}

type Part = Modal['components'][number]

/** What a modal asks for, in its order; a label stands around an input, or comes with it. */
export function fieldsOf({ components }: Modal): ModalField[] {
  return fieldsIn(components, undefined)
}

function fieldsIn(parts: readonly Part[], around: string | undefined): ModalField[] {
  return parts.flatMap(({ label = around, custom_id, components = [], component }) => {
    const inner = [...components, ...(component ? [component] : [])]
    if (inner.length > 0) return fieldsIn(inner, label)
    return custom_id === undefined ? [] : [{ id: custom_id, label: label ?? custom_id }]
  })
}
