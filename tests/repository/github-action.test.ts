import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

type Job = {
  needs: string[]
  if: string
  steps: { env: Record<string, string>; run: string; 'continue-on-error': boolean }[]
}

it('the job for GitHub Actions tells once what came of all jobs, and fails no build', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/notices.md'), 'utf8')
  const snippet = [...page.matchAll(/```yaml\n(.*?)```/gs)].find(([, yaml]) =>
    yaml?.includes('secrets.GUILDPOST'),
  )
  const jobs = parse(snippet?.[1] ?? '') as Record<string, Job>
  expect(Object.keys(jobs)).toEqual(['tell'])
  const [step, ...others] = jobs['tell']?.steps ?? []
  expect(others).toEqual([])
  expect(jobs['tell']).toMatchObject({ needs: ['build', 'test'], if: '${{ always() }}' })
  expect(step).toMatchObject({ 'continue-on-error': true })
  expect(step?.env['OUTCOME']).toContain('needs.*.result')
  // What is the same for every job of a run; only one of them tells.
  expect(step?.env).toMatchObject({
    WHERE: '${{ github.workflow }} on ${{ github.ref_name }}',
    ONCE: '${{ github.run_id }}-${{ github.run_attempt }}',
  })
})
