/** Why a process has no health listener, by the variable that mends it. */
export function healthPortError(port: number, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `can’t listen on HEALTH_PORT ${port}: ${reason}. Each process of one machine needs a port of its own`,
    { cause },
  )
}
