import { describe, expect, it } from 'vitest'
import { nameFindings } from '../../../infra/doctor/names.ts'

const domain = 'nordlys.example'
const good = {
  texts: {
    [domain]: ['v=spf1 -all', 'something else'],
    [`bounce.${domain}`]: ['v=spf1 include:amazonses.com -all'],
    [`_dmarc.${domain}`]: ['v=DMARC1; p=reject; adkim=s'],
  },
  exchanges: {
    [domain]: ['mx.nordlys.example'],
    [`bounce.${domain}`]: ['feedback-smtp.eu-north-1.amazonses.com'],
  },
}
type Zone = { texts: Record<string, string[]>; exchanges: Record<string, string[]> }

async function results({ texts, exchanges }: Zone): Promise<string[]> {
  const names = {
    texts: async (name: string) => texts[name] ?? [],
    exchanges: async (name: string) => exchanges[name] ?? [],
  }
  return (await nameFindings(names, domain)).map(({ result }) => result)
}

describe('SEND-01 what DNS says of the sending domain', () => {
  it('is fine as the README has it set up', async () => {
    expect(await results(good)).toEqual(['fine', 'fine', 'fine', 'fine'])
  })

  it('is wrong where there is nothing', async () => {
    expect(await results({ texts: {}, exchanges: {} })).toEqual(['wrong', 'look', 'wrong', 'wrong'])
  })

  it.each([
    [`_dmarc.${domain}`, ['v=DMARC1; p=maybe'], 3],
    [`_dmarc.${domain}`, ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 3],
    [`bounce.${domain}`, ['v=spf1 include:other.example -all'], 2],
    [domain, ['v=spf1 -all', 'v=spf1 ~all'], 1],
  ] as const)('is wrong with %s as %j', async (name, records, index) => {
    const found = await results({ ...good, texts: { ...good.texts, [name]: [...records] } })
    expect(found[index]).toBe('wrong')
    expect(found.filter((result) => result !== 'fine')).toHaveLength(1)
  })

  it('throws where DNS does not answer: that is not the answer that there is nothing', async () => {
    const down = async () => Promise.reject(new Error('timeout'))
    await expect(nameFindings({ texts: down, exchanges: down }, domain)).rejects.toThrow('timeout')
  })
})
