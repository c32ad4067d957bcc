import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline'

/** Where everything that a person reads goes, so that nothing tears the line that they are typing. */
export type Screen = {
  print(text?: string): void
  /** Columns that text may fill. */
  readonly width: number
  /** From now on a line is being typed in this terminal, below whatever is printed. */
  attach(line: Interface): void
  detach(): void
}

/** For a terminal, and for a pipe or a file likewise. */
export function createScreen(output: NodeJS.WriteStream): Screen {
  let line: Interface | null = null
  // Who closed the window reads nothing more; that is no reason to leave processes behind.
  output.on('error', () => {})
  /** Takes the line that is being typed, and the prompt before it, off the screen. */
  const erase = (typed: Interface) => {
    moveCursor(output, 0, -typed.getCursorPos().rows)
    cursorTo(output, 0)
    clearScreenDown(output)
  }
  return {
    print(text = '') {
      if (line === null) return void output.write(`${text}\n`)
      erase(line)
      output.write(`${text}\n`)
      // What was typed is drawn anew from here; readline would go up to where it began before.
      Object.assign(line, { prevRows: 0 })
      line.prompt(true)
    },
    get width() {
      return Math.min(output.columns ?? 100, 110)
    },
    attach: (typed) => (line = typed),
    detach() {
      if (line !== null) erase(line)
      line = null
    },
  }
}
