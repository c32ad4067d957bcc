import { inputsOf } from './modal-rules.ts'
import type { Modal, ModalComponent } from './wire.ts'

const textInput = 4

/** The components of a filled-in modal. @throws for a field that it has not, is missing, or too short or long. */
export function fillModal({ components }: Modal, fields: Record<string, string>): unknown[] {
  const known = inputsOf(components).map(({ custom_id }) => custom_id)
  for (const name of Object.keys(fields))
    if (!known.includes(name)) throw new Error(`The modal has no field "${name}" (${known.join(', ')})`)
  return components.flatMap((component) => submitted(component, fields))
}

/** A part of a modal as it comes back: inputs with what was typed, rows and labels around them, no mere text. */
function submitted(component: ModalComponent, fields: Record<string, string>): unknown[] {
  const { type, components, component: inner, custom_id } = component
  if (components) return [{ type, id: 1, components: components.flatMap((each) => submitted(each, fields)) }]
  if (inner) return [{ type, id: 1, component: submitted(inner, fields)[0] }]
  if (custom_id === undefined) return []
  if (type !== textInput)
    throw new Error(`"${custom_id}" is of type ${type}, which the stand-in cannot fill in`)
  const value = fields[custom_id] ?? component.value ?? ''
  if (value === '' && (component.required ?? true))
    throw new Error(`The field "${custom_id}" must be filled in`)
  const [least, most] = [component.min_length ?? 0, component.max_length ?? 4000]
  if (value !== '' && (value.length < least || value.length > most))
    throw new Error(`The field "${custom_id}" takes ${least} to ${most} characters`)
  return [{ type, id: 1, custom_id, value }]
}
