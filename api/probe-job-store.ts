import { chooseStore, type JobStore, type StoreOptions } from '../adapters/jobs/job-store.ts'

/**
 * Asks whether the job store answers. The API queues no jobs itself, so it opens the store only when asked first, and
 * again after that failed.
 */
export async function probeJobStore(
  options: StoreOptions,
): Promise<{ healthy(): Promise<boolean>; close(): Promise<void> }> {
  const openStore = await chooseStore(options)
  let opening: Promise<JobStore> | null = null
  return {
    healthy: async () => {
      opening ??= openStore()
      try {
        const store = await opening
        return await store.probe().then(
          () => true,
          () => false,
        )
      } catch (cause) {
        opening = null
        options.log.debug({ err: cause }, 'the job store can’t be opened')
        return false
      }
    },
    close: async () => {
      const store = await opening?.catch(() => null)
      await store?.close()
    },
  }
}
