import { describe, expect, test } from 'vitest'
import { assertKnownZone } from '../../infra/known-zone.ts'
import { keyPath, readPlace, readSettings } from '../../infra/settings.ts'
import { policy } from '../../policy.ts'

const read = (given: Record<string, unknown> = {}) =>
  readSettings({ tryGetContext: (key) => given[key] })

test('a policy whose calls are of no known zone makes no template', () => {
  expect(() => assertKnownZone(policy.calls.zone)).not.toThrow()
  expect(() => assertKnownZone('Europe/Nowhere')).toThrow(/Europe\/Nowhere/)
})

describe('stage settings', () => {
  test('without any, the fictional company runs in production', () => {
    expect(read()).toMatchObject({
      stage: 'prod',
      region: 'eu-north-1',
      origin: 'https://preferences.nordlys.example',
    })
  })

  test('each can be replaced for one deployment', () => {
    const settings = read({
      stage: 'local',
      origin: 'http://localhost:3000',
      issuer: 'http://127.0.0.1:3004',
      unsubscribeReserve: 0,
    })
    expect(settings).toMatchObject({
      stage: 'local',
      origin: 'http://localhost:3000',
      issuer: 'http://127.0.0.1:3004',
      unsubscribeReserve: 0,
    })
    expect(keyPath(settings)).toBe('/assent/local/keys')
  })

  test.for([
    [{ stage: 'Prod!' }, 'stage must be'],
    [{ region: 'us-east-1' }, 'region must be one of eu-central-1'],
    [{ region: 'eu-west-2' }, 'policy.ts promises storage "eea"'],
    [{ region: 'eu-central-2' }, 'the notice says so'],
    [{ origin: 'preferences.nordlys.example' }, 'origin must be a URL'],
    [{ origin: 'http://preferences.nordlys.example' }, 'origin must start with https://'],
    [{ origin: 'https://preferences.nordlys.example/' }, 'origin must have no path'],
    [{ issuer: 'ftp://login.nordlys.example' }, 'issuer must start with https://'],
    [{ certificateArn: 'arn:aws:acm:eu-north-1:111122223333:certificate/0' }, 'us-east-1'],
    [{ audience: '' }, 'audience must name'],
    [{ rolesClaim: '' }, 'rolesClaim must name'],
    [{ unsubscribeReserve: '-1' }, 'unsubscribeReserve must be a whole number'],
    [{ requestsPerSecond: '0' }, 'requestsPerSecond must be at least 50'],
    [{ requestsPerSecond: '1300' }, 'requestsPerSecond must be at most half'],
    [{ apiDomain: 'https://api.nordlys.example' }, 'apiDomain must be a domain name'],
    [
      { apiCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0' },
      'apiCertificateArn must name a certificate in the region',
    ],
  ] as const)('%o is refused with the reason', ([given, message]) => {
    expect(() => read(given)).toThrow(message)
  })

  test('RIGHT-14 a policy that promises less lets a stage store in London, and still not in Ohio', () => {
    const readFor = (region: string) => () =>
      readSettings(
        {
          tryGetContext: (key) =>
            ({ region, apiCertificateArn: `arn:aws:acm:${region}:111122223333:certificate/0` })[
              key
            ],
        },
        'adequate',
      )
    expect(readFor('eu-west-2')()).toMatchObject({ region: 'eu-west-2' })
    expect(readFor('eu-west-1')()).toMatchObject({ region: 'eu-west-1' })
    expect(readFor('us-east-2')).toThrow('policy.ts promises storage "adequate"')
  })

  test('a command that deploys nothing asks for no certificate of the region', () => {
    const context = { tryGetContext: (key: string) => (key === 'region' ? 'eu-west-1' : undefined) }
    expect(readPlace(context)).toEqual({
      stage: 'prod',
      region: 'eu-west-1',
      mainTable: '',
      keysTable: '',
    })
    expect(() => readSettings(context)).toThrow('apiCertificateArn')
    const elsewhere = { tryGetContext: () => 'us-east-1' }
    expect(() => readPlace(elsewhere)).toThrow('region must be one of')
  })

  test('all that is wrong is said at once', () => {
    const wrong = () => read({ region: 'us-east-1', requestsPerSecond: 'many', stage: 'Å' })
    for (const name of ['region', 'requestsPerSecond', 'stage']) expect(wrong).toThrow(name)
  })
})
