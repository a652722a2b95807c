import { existsSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { readDeployment } from '../../../infra/local/deployment.ts'
import { matchRoute } from '../../../infra/local/http-routes.ts'
import { routeGroups } from '../../../infra/routes.ts'

const messagingUrl = 'http://127.0.0.1:3004'
const deployment = readDeployment(inject('assembly'), messagingUrl)
const functionNames = deployment.functions.map(({ name }) => name)

describe('what the local cloud reads from the cloud assembly', () => {
  it('is every route, each leading to its function', () => {
    const read = deployment.api.routes.map(({ routeKey, functionName, jwt }) => ({
      routeKey,
      functionName,
      staff: jwt !== undefined,
    }))
    const declared = routeGroups.flatMap((group) =>
      group.routes.map((routeKey) => ({
        routeKey,
        functionName: `assent-local-${group.function}`,
        staff: group.trust === 'staff',
      })),
    )

    expect(read).toHaveLength(declared.length)
    expect(read).toEqual(expect.arrayContaining(declared))
  })

  it('is every function with its bundle and a whole environment', () => {
    for (const { module, environment } of deployment.functions) {
      expect(existsSync(module)).toBe(true)
      for (const value of Object.values(environment)) {
        expect(value).not.toMatch(/\[object|undefined|\$\{|Fn::/)
      }
    }
  })

  it('names tables across stacks as the tables are called', () => {
    const told = deployment.functions.flatMap(({ environment }) =>
      ['MAIN_TABLE', 'LEDGER_TABLE', 'KEYS_TABLE'].flatMap((name) => environment[name] ?? []),
    )

    expect(new Set(told)).toEqual(new Set(deployment.tables.map(({ name }) => name)))
  })

  it('gives functions the address of queues that exist, with a place for what fails', () => {
    const urls = deployment.functions.flatMap(({ environment }) =>
      Object.entries(environment).flatMap(([name, value]) =>
        name.endsWith('_QUEUE_URL') ? [value] : [],
      ),
    )
    const byUrl = new Map(
      deployment.queues.map((queue) => [`${messagingUrl}/000000000000/${queue.name}`, queue]),
    )
    const arns = deployment.queues.map(({ arn }) => arn)

    expect(urls.length).toBeGreaterThan(0)
    for (const url of urls) {
      expect(arns).toContain(byUrl.get(url)?.RedrivePolicy?.deadLetterTargetArn)
    }
  })

  it('lets every queue with work be polled for a function that reports what failed', () => {
    const worked = deployment.queues.filter(({ RedrivePolicy }) => RedrivePolicy)

    expect(deployment.mappings.map(({ queueArn }) => queueArn).sort()).toEqual(
      worked.map(({ arn }) => arn).sort(),
    )
    for (const { functionName, reportsItemFailures } of deployment.mappings) {
      expect(functionNames).toContain(functionName)
      expect(reportsItemFailures).toBe(true)
    }
  })

  it('shows the site by default, and hands the API’s paths to the API', () => {
    const { behaviours } = deployment.distribution
    const api = behaviours.filter(({ origin }) => origin.kind === 'api')

    expect(behaviours.at(-1)).toMatchObject({ pathPattern: '*', origin: { kind: 'bucket' } })
    for (const { routeKey } of deployment.api.routes) {
      const [method = '', path = ''] = routeKey.split(' ')
      const reached = api.find(({ pathPattern }) => path.startsWith(pathPattern.slice(0, -1)))
      expect(reached?.methods).toContain(method)
      expect(matchRoute(deployment.api.routes, method, path)?.route.routeKey).toBe(routeKey)
    }
  })
})
