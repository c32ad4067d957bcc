/** What INFO says of memory, in bytes; null where there is no bound. */
export function memoryIn(info: string): { used: number; max: number } | null {
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  const max = field('maxmemory')
  return max === 0 ? null : { used: field('used_memory'), max }
}
