import type { Problem } from './problems.ts'
import type { ModalComponent } from './wire.ts'

/** Every input of a modal, whether it stands in a row or under a label. */
export function inputsOf(components: readonly ModalComponent[]): ModalComponent[] {
  return components.flatMap((component) => {
    const inner = [...(component.components ?? []), ...(component.component ? [component.component] : [])]
    return inner.length > 0 ? inputsOf(inner) : component.custom_id === undefined ? [] : [component]
  })
}

/** Rules about modals that Discord enforces and its description leaves out. */
export function modalProblems(components: readonly ModalComponent[]): Problem[] {
  const problems: Problem[] = []
  if (components.length > 5)
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: 'Must be 5 or fewer in length.',
    })
  const ids = inputsOf(components).map(({ custom_id }) => custom_id)
  if (ids.length === 0)
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: 'Must be 1 or more in length.',
    })
  if (new Set(ids).size < ids.length)
    problems.push({
      path: ['components'],
      code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
      message: 'Component custom id cannot be duplicated',
    })
  for (const [index, { type, components: inner = [] }] of components.entries()) {
    if (type !== 1) continue
    // In a row, unlike under a label, an input brings its own label and stands alone.
    if (inner.length > 1 || inner.some(({ label }) => !label))
      problems.push({
        path: ['components', index, 'components', 0, 'label'],
        code: 'BASE_TYPE_REQUIRED',
        message: 'This field is required',
      })
  }
  return problems
}
