import type { Component } from '../../sandbox/discord/stand-in.ts'

/** What the buttons of a message say. */
export const buttonsIn = (components: readonly Component[]): string[] =>
  components.flatMap((one) => [
    ...(one.type === 2 && one.label ? [one.label] : []),
    ...buttonsIn(one.components ?? []),
  ])
