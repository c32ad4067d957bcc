import { styleText } from 'node:util'

/** What stands in backquotes can be typed. */
export function highlight(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, (_, typed: string) => styleText('cyan', typed))
}
