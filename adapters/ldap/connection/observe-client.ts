import type { Client } from 'ldapts'
import { asFailure } from '../failure.ts'

/** Told of each operation: its kind, LDAP's result code (null when there was no answer), and how long it took. */
export type OnOperation = (kind: string, code: number | null, seconds: number) => void

const kinds = ['bind', 'search', 'modify', 'add', 'del', 'modifyDN', 'compare', 'exop'] as const

/** Has every operation of this client told; gives the client itself. */
export function observeClient(client: Client, onOperation: OnOperation | undefined): Client {
  if (onOperation === undefined) return client
  for (const kind of kinds) {
    const operation = client[kind].bind(client) as (...args: unknown[]) => Promise<unknown>
    Object.assign(client, {
      [kind]: (...args: unknown[]) => told(kind, () => operation(...args), onOperation),
    })
  }
  return client
}

/** Runs one operation and has it told. */
async function told<Result>(
  kind: string,
  operation: () => Promise<Result>,
  onOperation: OnOperation,
): Promise<Result> {
  const began = performance.now()
  const tell = (code: number | null) => onOperation(kind, code, (performance.now() - began) / 1000)
  try {
    const result = await operation()
    tell(0)
    return result
  } catch (error) {
    tell(asFailure(error, true).code)
    throw error
  }
}
