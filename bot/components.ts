import {
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js'
import type { Row } from './turn.ts'

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

/** A button that comes back as `customId`, which is `command:control:argument`. */
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

/** A button that opens a page in the browser. */
export function linkButton(url: string, label: string): APIButtonComponent {
  return { type: ComponentType.Button, style: ButtonStyle.Link, url, label }
}
