import type { JWK } from 'jose'
import { ssmKeys } from '../../functions/platform/keyring.ts'
import { policy } from '../../policy.ts'
import { buildSite } from '../../web/build.ts'
import { createFirstKeys } from '../key-parameters.ts'
import { originSecret, originSecretParameter } from '../origin-secret.ts'
import { createFirstGeneration, openFirst } from '../restore-generation.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import { type Clients, createClients, destroyClients } from './clients.ts'
import { seedDemoData } from './demo-data.ts'
import { createResources, type Deployment, readDeployment } from './deployment.ts'
import { holdData, makeDirectories, removeTemporary } from './directories.ts'
import { deployedWith } from './distribution.ts'
import { createFaultInjector, type FaultInjector } from './faults/fault-injector.ts'
import type { FaultPlan } from './faults/rule.ts'
import { forgetJournal } from './forget-journal.ts'
import { assertFree } from './free-ports.ts'
import { openFunctionLogs } from './function-logs.ts'
import { startGuard } from './guard.ts'
import { denialLine, enforce, type Permissions } from './iam/permissions.ts'
import { proxied, startProxy } from './iam/proxy.ts'
import { type Endpoints, lambdaEnvironment, sdkEnvironment } from './lambda-environment.ts'
import { createLambdas } from './lambdas.ts'
import { startMailBridge } from './mail/bridge.ts'
import { setUpDomains } from './mail/set-up-domains.ts'
import { type Ports, portsFrom } from './ports.ts'
import { startIssuer } from './services/issuer.ts'
import { startServices } from './services.ts'
import { publishTo } from './site.ts'
import { synthesize } from './synth.ts'
import { together } from './together.ts'
import { openTraffic } from './traffic.ts'

export type CloudOptions = {
  port: number
  /** Directory that keeps database and keys from one start to the next. */
  data?: string
  /** Starts without the demo data. */
  empty?: boolean
  verbose?: boolean
  /** What goes wrong with the functions' calls from the start; nothing unless given. */
  faults?: FaultPlan
  /** The private key of the staff's issuer, for whoever wants to sign odd tokens. */
  issuerKey?: JWK
  /** Gives up a start that is under way, and cleans up after it. */
  signal?: AbortSignal
  /** Told of each phase that is done, to measure the start. */
  onPhase?: (name: string) => void
}

export type Cloud = {
  origin: string
  /** The HTTP API, past the CDN. */
  api: string
  inbox: string
  /** Where the services themselves listen, for whoever is no function. */
  endpoints: Endpoints
  /** What the functions were denied, and what they were granted and have not used. */
  permissions: Permissions
  /** Makes the functions' calls go wrong. */
  faults: FaultInjector
  deployment: Deployment
  /** Directory with a log for each function. */
  logsDirectory: string
  logs: () => string
  /** Environment of the named function, or of an SDK client that is none of them. */
  env: (functionName?: string) => Record<string, string>
  /** Settles with the reason when a part ends by itself; everything else must then be stopped. */
  broken: Promise<string>
  stop: () => Promise<void>
}

/** Enough to page through, search and export; few enough to be there in seconds. */
const demoPeopleCount = 2000

/** Starts the whole product on this machine. When it settles, everything answers. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const ports = portsFrom(options.port)
  await assertFree(Object.values(ports))
  const cleanup = createCleanup()
  try {
    return await start(options, ports, cleanup)
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

async function start(options: CloudOptions, ports: Ports, cleanup: Cleanup): Promise<Cloud> {
  const { onPhase = () => {}, verbose = false } = options
  if (options.data !== undefined) cleanup.add(await holdData(options.data))
  const directories = makeDirectories(options.data)
  cleanup.add(() => removeTemporary(directories))
  const guard = startGuard(directories.temporary)
  cleanup.add(guard.stop)
  const origin = `http://localhost:${ports.web}`

  const failing = new AbortController()
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])])
  const giveUp = (error: unknown) => {
    failing.abort(error)
    throw error
  }
  const issuer = `http://127.0.0.1:${ports.issuer}`
  const [outdir, { endpoints, dynamodb, mailAccount, names }] = await together([
    synthesize(
      { directory: directories.temporary, origin, issuer },
      { signal, onProcess: guard.watch },
    ),
    startServices(ports, directories, cleanup).catch(giveUp),
    build(directories.site).catch(giveUp),
  ])
  if (dynamodb.pid !== undefined) guard.watch(dynamodb.pid)
  onPhase('services, synth and site')

  const gate = proxied(`http://127.0.0.1:${ports.permissions}`)
  const deployment = asking(names.server, readDeployment(outdir, gate.messaging))
  setUpDomains(deployment.sendingDomains, mailAccount, names)
  const clients = createClients(endpoints, deployment.region)
  cleanup.add(() => destroyClients(clients))
  await createResources(deployment, clients)
  if (options.data !== undefined) await forgetJournal(clients, settingOf(deployment, 'MAIN_TABLE'))
  await createFirstKeys(clients.ssm, settingOf(deployment, 'KEY_PATH'), new Date())
  await openMain(deployment, clients)
  const distribution = deployedWith(deployment.distribution, {
    [originSecretParameter]: await originSecret(
      ssmKeys(clients.ssm, settingOf(deployment, 'KEY_PATH'), () => new Date()),
    ),
  })
  const key = options.issuerKey
  const tokens = { ...staffTokens(deployment), key }
  const issuerService = await startIssuer({ port: ports.issuer, ...tokens })
  cleanup.add(issuerService.stop)
  await publishTo(deployment.distribution, clients.s3, directories.site)
  onPhase('resources, keys, site upload')

  const logs = openFunctionLogs(directories.logs, verbose)
  const permissions = enforce(deployment.roles, deployment.inventory, (denial) =>
    logs.write('permissions', denialLine(denial)),
  )
  const faults = createFaultInjector(options.faults)
  const onFault = (error: unknown) => logs.write('local-cloud', String(error))
  const bridge = startMailBridge({ sns: clients.sns, destinations: deployment.mailEvents, onFault })
  cleanup.add(bridge.stop)
  const { onMail } = bridge
  const proxy = await startProxy(ports.permissions, { endpoints, permissions, faults, onMail })
  cleanup.add(proxy.stop)
  const lambdas = createLambdas(deployment.functions, gate, logs)
  cleanup.add(lambdas.stop)
  const messagingUrl = endpoints.messaging
  const traffic = { ports, messagingUrl, clients, invoke: lambdas.invoke, onFault }
  await openTraffic({ ...deployment, distribution }, traffic, cleanup)
  await together([
    lambdas.warm().then(() => onPhase('functions')),
    options.empty ? undefined : seed(deployment, clients).then(() => onPhase('demo data')),
  ])
  await assertPageAnswers(origin)
  options.signal?.throwIfAborted()

  return {
    origin,
    api: `http://127.0.0.1:${ports.api}`,
    inbox: `http://localhost:${ports.inbox}`,
    endpoints,
    permissions,
    faults,
    deployment,
    logsDirectory: directories.logs,
    logs: logs.read,
    env: (functionName) => environmentOf(deployment, { endpoints, gate }, functionName),
    broken: dynamodb.ended.then((lastWords) => `The local DynamoDB ended. ${lastWords}`),
    stop: cleanup.run,
  }
}

/** The functions ask our DNS: the machine's own knows nothing of an invented company. */
function asking(server: string, deployment: Deployment): Deployment {
  const functions = deployment.functions.map((each) => ({
    ...each,
    environment: { ...each.environment, DNS_SERVER: server },
  }))
  return { ...deployment, functions }
}

/** As the first deployment does; a kept table in the middle of a restore stays shut. */
async function openMain(deployment: Deployment, { dynamodb, ssm }: Clients): Promise<void> {
  const path = settingOf(deployment, 'RESTORE_PATH')
  const main = settingOf(deployment, 'MAIN_TABLE')
  await createFirstGeneration(ssm, path, new Date())
  await openFirst({ db: dynamodb, main }, { ssm, path }, new Date())
}

async function build(directory: string): Promise<void> {
  buildSite(directory)
}

async function seed(deployment: Deployment, { dynamodb, ssm }: Clients): Promise<void> {
  const setting = (name: string) => settingOf(deployment, name)
  const tables = {
    db: dynamodb,
    main: setting('MAIN_TABLE'),
    ledger: setting('LEDGER_TABLE'),
    keys: setting('KEYS_TABLE'),
  }
  const keys = ssmKeys(ssm, setting('KEY_PATH'), () => new Date())
  await seedDemoData({ tables, policy, keys }, demoPeopleCount, new Date())
}

function environmentOf(
  deployment: Deployment,
  { endpoints, gate }: Record<'endpoints' | 'gate', Endpoints>,
  name: string | undefined,
) {
  if (name === undefined) return sdkEnvironment('test', deployment.region, endpoints)
  const fn = deployment.functions.find((one) => one.name === name || one.name.endsWith(`-${name}`))
  if (!fn) throw new Error(`The assembly has no function ${name}`)
  return lambdaEnvironment(fn, gate)
}

/** What the functions that know this setting are told; they are all told the same. */
function settingOf({ functions }: Deployment, name: string): string {
  const value = functions.map(({ environment }) => environment[name]).find(Boolean)
  if (value === undefined) throw new Error(`No function is told ${name}`)
  return value
}

function staffTokens(deployment: Deployment) {
  const audience = deployment.api.routes.find(({ jwt }) => jwt)?.jwt?.audience[0]
  if (audience === undefined) throw new Error('No route asks for a staff token')
  return { audience, rolesClaim: settingOf(deployment, 'STAFF_ROLES_CLAIM') }
}

async function assertPageAnswers(origin: string): Promise<void> {
  const { status } = await fetch(`${origin}/`)
  if (status !== 200) throw new Error(`${origin}/ answers ${status}`)
}
