import { lengthOf, required, tooLong, type Problem } from './problems.ts'
import type { Component } from './wire.ts'

const button = 2
const selects = new Set([3, 5, 6, 7, 8])
const linkButton = 5
const v2Components = new Set([9, 10, 12, 13, 14, 17])

/** Rules about components that Discord enforces and its description leaves out. */
export function componentProblems(components: readonly Component[], usesV2: boolean): Problem[] {
  const problems: Problem[] = []
  const everything = flattened(components)
  if (!usesV2 && components.length > 5) problems.push(tooLong(['components'], 5))
  if (usesV2 && everything.length > 40)
    problems.push({
      path: ['components'],
      code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      message: 'Must be 40 or fewer.',
    })
  if (usesV2 && everything.reduce((sum, { content }) => sum + lengthOf(content), 0) > 4000)
    problems.push({
      path: ['components'],
      code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      message: 'Must be 4000 or fewer in length.',
    })
  if (!usesV2 && components.some(({ type }) => v2Components.has(type)))
    problems.push({
      path: ['components'],
      code: 'UNION_TYPE_CHOICES',
      message: 'Needs the flag IS_COMPONENTS_V2.',
    })
  problems.push(...duplicateIds(everything))
  for (const [index, row] of components.entries())
    if (row.type === 1) problems.push(...rowProblems(['components', index], row.components ?? []))
  return problems
}

/** Every component of a message, rows and what is inside them alike. */
export function flattened(components: readonly Component[]): Component[] {
  return components.flatMap((component) => [
    component,
    ...flattened(component.components ?? []),
    ...(component.accessory ? flattened([component.accessory]) : []),
  ])
}

function rowProblems(path: (string | number)[], row: readonly Component[]): Problem[] {
  const problems: Problem[] = []
  if (row.length > 1 && row.some(({ type }) => selects.has(type)))
    problems.push({
      path,
      code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      message: 'The specified component exceeds the maximum width',
    })
  for (const [index, component] of row.entries()) {
    const at = [...path, 'components', index]
    if (component.type === button) problems.push(...buttonProblems(at, component))
    if (component.type === 3) problems.push(...selectProblems(at, component))
  }
  return problems
}

function buttonProblems(
  path: (string | number)[],
  { style, label, emoji, url, custom_id }: Component,
): Problem[] {
  const problems: Problem[] = []
  if (!label && !emoji && style !== 6)
    problems.push({
      path,
      code: 'BUTTON_COMPONENT_LABEL_REQUIRED',
      message: 'A button needs a label or an emoji',
    })
  if (style === linkButton && (!url || custom_id)) problems.push(required([...path, 'url']))
  if (style !== undefined && style < linkButton && (!custom_id || url))
    problems.push(required([...path, 'custom_id']))
  return problems
}

function selectProblems(
  path: (string | number)[],
  { options = [], min_values, max_values }: Component,
): Problem[] {
  const problems: Problem[] = []
  if (new Set(options.map(({ value }) => value)).size < options.length)
    problems.push({
      path: [...path, 'options'],
      code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
      message: 'The specified option value is already used',
    })
  if ((max_values ?? 1) > options.length) problems.push(outOfRange([...path, 'max_values']))
  if ((min_values ?? 1) > Math.min(max_values ?? 1, options.length))
    problems.push(outOfRange([...path, 'min_values']))
  return problems
}

function duplicateIds(components: readonly Component[]): Problem[] {
  const ids = components.flatMap(({ custom_id }) => custom_id ?? [])
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice === undefined) return []
  return [
    {
      path: ['components'],
      code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
      message: `Component custom id cannot be duplicated (${twice})`,
    },
  ]
}

function outOfRange(path: (string | number)[]): Problem {
  return { path, code: 'NUMBER_TYPE_MAX', message: 'The number does not fit the number of options.' }
}
