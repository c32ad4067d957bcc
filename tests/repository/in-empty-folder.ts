import { onTestFinished, vi } from 'vitest'

/** A developer's own .env.dev must not fill in what a test wants to see missing. */
export function inEmptyFolder(): void {
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue('/nowhere')
  onTestFinished(() => cwd.mockRestore())
}
