import { styleText } from 'node:util'

export type ProcessName = 'api' | 'worker' | 'bot'

export type LogLine = {
  /** pino's: 30 info, 40 warn, 50 error, 60 fatal. */
  level: number
  /** For people: time, process, level, message, and the fields that say something. */
  text: string
}

type Entry = Record<string, unknown> & { level: number; time: number }

const colors = { api: 'cyan', worker: 'magenta', bot: 'blue' } as const
/** Said elsewhere in the line, or of no use to somebody who watches. */
const silent = new Set(['level', 'time', 'pid', 'hostname', 'name', 'process', 'msg', 'err', 'reqId'])

/** A line of a process's output, which is pino's JSON unless it crashed, as a short line. */
export function logLine(source: ProcessName, raw: string): LogLine {
  const name = styleText(colors[source], source.padEnd(6))
  const entry = entryIn(raw)
  if (entry === null) return { level: 40, text: `${styleText('dim', clock(Date.now()))} ${name} ${raw}` }
  const fields = Object.entries(entry)
    .filter(([key]) => !silent.has(key))
    .flatMap(([key, value]) => shownField(key, value))
  const error = errorText(entry['err'])
  const parts = [
    styleText('dim', clock(entry.time)),
    name,
    levelText(entry.level),
    text(entry['msg'] ?? '', 500),
    fields.length === 0 ? '' : styleText('dim', fields.join(' ')),
    error === '' ? '' : styleText(entry.level >= 50 ? 'red' : 'yellow', error),
  ]
  return { level: entry.level, text: parts.filter((part) => part !== '').join(' ') }
}

function entryIn(raw: string): Entry | null {
  if (!raw.startsWith('{')) return null
  try {
    const value = JSON.parse(raw) as Record<string, unknown>
    return typeof value['level'] === 'number' && typeof value['time'] === 'number' ? (value as Entry) : null
  } catch {
    return null
  }
}

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8)
}

function levelText(level: number): string {
  if (level >= 60) return styleText(['red', 'bold'], 'fatal')
  if (level >= 50) return styleText('red', 'error')
  if (level >= 40) return styleText('yellow', 'warn')
  return level >= 30 ? '' : styleText('dim', 'debug')
}

function shownField(key: string, value: unknown): string[] {
  if (value === null || value === undefined || value === '') return []
  if (key === 'req' && isObject(value)) return [`${text(value['method'])} ${text(value['url'])}`]
  if (key === 'res' && isObject(value)) return [text(value['statusCode'])]
  if (key === 'responseTime') return [`${Math.round(Number(value))} ms`]
  return [`${key}=${text(value)}`]
}

/** The message with that of its causes: where it comes from is in the log file. */
function errorText(error: unknown): string {
  if (!isObject(error)) return ''
  const message = text(error['message'] ?? '', 300)
  return error['type'] === undefined || error['type'] === 'Error'
    ? message
    : `${text(error['type'])}: ${message}`
}

function text(value: unknown, longest = 80): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value)
  const line = whole.replaceAll(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
