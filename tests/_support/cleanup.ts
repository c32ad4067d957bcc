import { afterAll, afterEach, type TestContext } from 'vitest'

type CleanUp = () => unknown
/** What of a test its clean-up needs. */
export type Ending = Pick<TestContext, 'onTestFinished'>

const afterThisFile: CleanUp[] = []
const afterEachTest: (() => void)[] = []

/** Runs `cleanUp` after the test `t`, or without one after all tests of the file, the latest first. */
export function cleanUpAfter(t: Ending | undefined, cleanUp: CleanUp): void {
  if (t === undefined) afterThisFile.push(cleanUp)
  else t.onTestFinished(async () => void (await cleanUp()))
}

/** Runs `check` after each of the file's tests from now on; the test that ended just then fails when it throws. */
export function checkAfterEach(check: () => void): void {
  afterEachTest.push(check)
}

// This file is vitest's set-up too, so that the hooks are registered before any of the test file's own, and run last.
afterEach(() => {
  for (const check of afterEachTest) check()
})
afterAll(async () => {
  for (const cleanUp of afterThisFile.splice(0).toReversed()) await cleanUp()
})
