import { styleText } from 'node:util'
import type { Component, DiscordMessage, Embed } from '../discord/stand-in.ts'
import { terminalMarkdown } from './markdown.ts'
import { wrap, wrapItems } from './wrap.ts'

type Look = {
  width: number
  /** Beside the bot's name: `only you can see this`. */
  note: string
  nameOf: (id: string) => string
}

/** A message as Discord would show it, in a frame open to the right; its buttons are numbered for `click`. */
export function showMessage(message: DiscordMessage, { width, note, nameOf }: Look): string {
  const bar = styleText('blue', '│')
  const body = terminalMarkdown(message.content, nameOf)
  const lines = [
    ...(body === '' ? [] : wrap(body, width - 4)),
    ...message.embeds.flatMap((embed) => embedLines(embed, width - 4, nameOf)),
    ...menuLines(message, width - 4),
    ...buttonLine(message, width - 4),
  ]
  const head = `${styleText('blue', '╭')} ${styleText(['blue', 'bold'], 'guildpost')} ${styleText('dim', note)}`
  return [head, ...lines.map((line) => `${bar} ${line}`.trimEnd()), styleText('blue', '╰')]
    .map((line) => `  ${line}`)
    .join('\n')
}

function embedLines(embed: Embed, width: number, nameOf: Look['nameOf']): string[] {
  const { title, url, description, fields, footer, timestamp } = embed
  const edge = styleText('yellow', '┃')
  const text = [
    title ? `**${title}**` : '',
    url ?? '',
    description ?? '',
    ...(fields ?? []).map(({ name, value }) => `**${name}**: ${value}`),
    [footer?.text, timestamp].filter(Boolean).join(' · '),
  ]
  return wrap(terminalMarkdown(text.filter((line) => line !== '').join('\n'), nameOf), width - 2).map(
    (line) => `${edge} ${line}`,
  )
}

const buttonType = 2
const selectType = 3

/** The buttons in the order in which they are numbered, links included. */
export function buttonsOf(message: DiscordMessage): Component[] {
  return partsOf(message.components).filter(({ type }) => type === buttonType)
}

/** Its first select menu. */
export function menuOf(message: DiscordMessage): Component | undefined {
  return partsOf(message.components).find(({ type }) => type === selectType)
}

function partsOf(components: readonly Component[]): Component[] {
  return components.flatMap((component) => [component, ...partsOf(component.components ?? [])])
}

function buttonLine(message: DiscordMessage, width: number): string[] {
  const labels = buttonsOf(message).map(({ label, url, disabled, style }, index) => {
    const text = ` ${index + 1} ${label ?? '?'}${url ? ' ↗' : ''} `
    if (disabled) return styleText('dim', `[${text}]`)
    return `[${styleText(style === 4 ? ['bold', 'red'] : ['bold', 'green'], text)}]`
  })
  return labels.length === 0 ? [] : ['', ...wrapItems(labels, '  ', width)]
}

function menuLines(message: DiscordMessage, width: number): string[] {
  const menu = menuOf(message)
  if (menu === undefined) return []
  const options = (menu.options ?? []).map(({ value, default: isOn }) =>
    isOn ? styleText('green', `☑ ${value}`) : `☐ ${value}`,
  )
  return ['', `▾ ${styleText('bold', menu.placeholder ?? 'Choose')}`, ...wrapItems(options, '   ', width)]
}
