import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Server } from './typed-server.ts'

/** Objects and lists inside of one another: far more than any body of the contract has. */
const mostLevels = 16

/**
 * Bodies are JSON and nothing else: plain text, which pages of other sites may send, is not even read. Some clients name a content
 * type with every request; an empty body is then no body, not malformed JSON. What would change a prototype is refused, and so is
 * what is nested so deeply that whoever walks it could run out of stack.
 */
export function acceptOnlyJson(server: Server): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null)
    return void parse(request, body.toString(), (error, value) => {
      if (error === null && isDeeperThan(mostLevels, value)) done(tooDeep())
      else done(error, value)
    })
  })
}

function isDeeperThan(levels: number, value: unknown): boolean {
  let level = [value].filter(isContainer)
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === levels) return true
    level = level.flatMap((container) => Object.values(container).filter(isContainer))
  }
  return false
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

const tooDeep = (): Refusal =>
  new Refusal('VALIDATION_ERROR', `The body is nested too deeply: at most ${mostLevels} levels.`, {
    reason: 'TOO_DEEP',
  })
