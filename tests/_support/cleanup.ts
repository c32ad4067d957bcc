import { afterAll, type TestContext } from 'vitest'

type CleanUp = () => unknown

const afterThisFile: CleanUp[] = []

/** Runs `cleanUp` after the test `t`, or without one after all tests of the file, the latest first. */
export function cleanUpAfter(t: TestContext | undefined, cleanUp: CleanUp): void {
  if (t === undefined) afterThisFile.push(cleanUp)
  else t.onTestFinished(async () => void (await cleanUp()))
}

// This file is vitest's set-up too, so that the hook is registered before any of the test file's own, and runs last.
afterAll(async () => {
  for (const cleanUp of afterThisFile.splice(0).toReversed()) await cleanUp()
})
