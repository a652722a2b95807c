import * as v from 'valibot'
import { type Assembly, type Resource, resourcesOfType } from './assembly.ts'
import type { Bucket } from './buckets.ts'
import { type AddedHeader, addedHeaders, removedHeaders } from './response-headers.ts'
import { withParameters } from './template-parameters.ts'

const behaviourSchema = v.object({
  PathPattern: v.optional(v.string(), '*'),
  TargetOriginId: v.string(),
  AllowedMethods: v.optional(v.array(v.string()), ['GET', 'HEAD']),
  ResponseHeadersPolicyId: v.optional(v.string()),
  FunctionAssociations: v.optional(
    v.array(v.object({ EventType: v.string(), FunctionARN: v.string() })),
    [],
  ),
})

const originSchema = v.object({
  Id: v.string(),
  DomainName: v.string(),
  S3OriginConfig: v.optional(v.unknown()),
  OriginPath: v.optional(v.string(), ''),
  OriginCustomHeaders: v.optional(
    v.array(v.object({ HeaderName: v.string(), HeaderValue: v.string() })),
    [],
  ),
})

const errorSchema = v.object({
  ErrorCode: v.number(),
  ResponseCode: v.optional(v.number()),
  ResponsePagePath: v.optional(v.string()),
})

const distributionSchema = v.object({
  DistributionConfig: v.object({
    DefaultRootObject: v.optional(v.string(), ''),
    DefaultCacheBehavior: behaviourSchema,
    CacheBehaviors: v.optional(v.array(behaviourSchema), []),
    Origins: v.array(originSchema),
    CustomErrorResponses: v.optional(v.array(errorSchema), []),
  }),
})

const functionSchema = v.object({ FunctionCode: v.string() })

export type Origin =
  | { kind: 'bucket'; bucket: string; prefix: string }
  | { kind: 'api'; customHeaders: Record<string, string> }

export type Behaviour = {
  pathPattern: string
  methods: string[]
  origin: Origin
  addedHeaders: AddedHeader[]
  removedHeaders: string[]
  /** Source of the function that sees each request first. */
  viewerRequest: string | undefined
}

export type ErrorPage = { status: number; answerStatus: number; path: string }

/** A CDN as configured; `behaviours` ends with the default one. */
export type Distribution = {
  rootObject: string
  behaviours: Behaviour[]
  errorPages: ErrorPage[]
}

export function readDistribution(assembly: Assembly, buckets: readonly Bucket[]): Distribution {
  const [distribution, ...others] = resourcesOfType(assembly, 'AWS::CloudFront::Distribution')
  if (!distribution || others.length > 0) {
    throw new Error('The local cloud runs exactly one CloudFront distribution')
  }
  const { DistributionConfig: config } = v.parse(distributionSchema, distribution.properties)
  const origins = new Map(config.Origins.map((origin) => [origin.Id, readOrigin(origin, buckets)]))
  const behaviours = [...config.CacheBehaviors, config.DefaultCacheBehavior].map((behaviour) =>
    readBehaviour(assembly, behaviour, origins.get(behaviour.TargetOriginId)),
  )
  return {
    rootObject: config.DefaultRootObject,
    behaviours,
    errorPages: config.CustomErrorResponses.flatMap((error) =>
      error.ResponsePagePath === undefined
        ? []
        : [
            {
              status: error.ErrorCode,
              answerStatus: error.ResponseCode ?? error.ErrorCode,
              path: error.ResponsePagePath,
            },
          ],
    ),
  }
}

/** The CDN with the values that its deployment gives: what it sends to the API is in no template. */
export function deployedWith(
  distribution: Distribution,
  parameters: Readonly<Record<string, string>>,
): Distribution {
  const behaviours = distribution.behaviours.map(({ origin, ...behaviour }) => ({
    ...behaviour,
    origin: origin.kind === 'api' ? { ...origin, customHeaders: given(origin) } : origin,
  }))
  return { ...distribution, behaviours }

  function given({ customHeaders }: Extract<Origin, { kind: 'api' }>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(customHeaders).map(([name, value]) => [
        name,
        withParameters(value, parameters),
      ]),
    )
  }
}

function readOrigin(
  origin: v.InferOutput<typeof originSchema>,
  buckets: readonly Bucket[],
): Origin {
  const bucket = buckets.find(({ name }) => origin.DomainName.startsWith(`${name}.s3.`))
  if (bucket) {
    return { kind: 'bucket', bucket: bucket.name, prefix: origin.OriginPath.replace(/^\//, '') }
  }
  return {
    kind: 'api',
    customHeaders: Object.fromEntries(
      origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [
        HeaderName.toLowerCase(),
        HeaderValue,
      ]),
    ),
  }
}

function readBehaviour(
  assembly: Assembly,
  behaviour: v.InferOutput<typeof behaviourSchema>,
  origin: Origin | undefined,
): Behaviour {
  if (!origin) throw new Error(`No origin is called ${behaviour.TargetOriginId}`)
  const policy = named(
    assembly,
    'AWS::CloudFront::ResponseHeadersPolicy',
    behaviour.ResponseHeadersPolicyId,
  )
  const arn = behaviour.FunctionAssociations.find(({ EventType }) => EventType === 'viewer-request')
  const fn = arn && named(assembly, 'AWS::CloudFront::Function', arn.FunctionARN.split('/').pop())
  return {
    pathPattern: behaviour.PathPattern,
    methods: behaviour.AllowedMethods,
    origin,
    addedHeaders: policy ? addedHeaders(policy) : [],
    removedHeaders: policy ? removedHeaders(policy) : [],
    viewerRequest: fn && v.parse(functionSchema, fn.properties).FunctionCode,
  }
}

function named(assembly: Assembly, type: string, name: string | undefined): Resource | undefined {
  return resourcesOfType(assembly, type).find((resource) => resource.name === name)
}
