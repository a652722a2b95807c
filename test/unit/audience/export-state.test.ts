import { describe, expect, it } from 'vitest'
import { type ExportRecord, exportState } from '../../../functions/audience/export-record.ts'

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 2, hour))
const record: ExportRecord = {
  state: 'running',
  criteria: { topic: 'newsletter', purpose: 'newsletter', recipient: 'crm', format: 'csv' },
  requestedBy: 'kari',
  requestedAt: at(9).toISOString(),
  ttl: 0,
}
const file = {
  key: 'a/b/audience.csv.gz',
  rows: 1,
  sha256: '00',
  manifest: 'members/manifest.json',
  asOf: at(10).toISOString(),
  expiresAt: at(34).toISOString(),
}

describe('the state of an export', () => {
  it('is running until its work can no longer be coming', () => {
    expect(exportState(record, at(9))).toBe('running')
    expect(exportState(record, new Date(at(12).getTime() - 1))).toBe('running')
    expect(exportState(record, at(12))).toBe('failed')
  })

  it('EXP-05 is ready until its file expires, to the millisecond', () => {
    const ready: ExportRecord = { ...record, state: 'ready', file }
    expect(exportState(ready, at(10))).toBe('ready')
    expect(exportState(ready, new Date(at(34).getTime() - 1))).toBe('ready')
    expect(exportState(ready, at(34))).toBe('expired')
  })

  it('is failed for good once it was given up', () => {
    expect(exportState({ ...record, state: 'failed' }, at(9))).toBe('failed')
  })
})
