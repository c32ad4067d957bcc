import {
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js'
import type { Translate } from '../../texts/translate.ts'
import type { Row } from '../turn.ts'

/** One row of buttons, or of one select menu. */
export function row(...components: APIComponentInMessageActionRow[]): Row {
  return { type: ComponentType.ActionRow, components }
}

type Look = 'main' | 'quiet' | 'danger'
const styles = {
  main: ButtonStyle.Primary,
  quiet: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const

/**
 * A button that comes back as `customId`, which is `command:control:argument`. Discord takes 100 characters of that. The name of a list may be longer:
 * a hash of it goes there (`commands/lists/delete.ts`), or a key under which it is kept (`PageMemory`).
 */
export function button(
  customId: string,
  label: string,
  look: Look = 'quiet',
  disabled = false,
): APIButtonComponent {
  return {
    type: ComponentType.Button,
    style: styles[look],
    custom_id: customId,
    label,
    ...(disabled ? { disabled } : {}),
  }
}

/** The buttons to the pages beside this one, which come back as what `customId` gives for a page; none where this is the only one. */
export function pager(
  t: Translate,
  customId: (page: number) => string,
  { page, isLast }: { page: number; isLast: boolean },
): Row[] {
  if (page === 0 && isLast) return []
  return [
    row(
      button(customId(page - 1), t('button.previous'), 'quiet', page === 0),
      button(customId(page + 1), t('button.next'), 'quiet', isLast),
    ),
  ]
}

/** A button that opens a page in the browser. */
export function linkButton(url: string, label: string): APIButtonComponent {
  return { type: ComponentType.Button, style: ButtonStyle.Link, url, label }
}
