import { dirname } from 'node:path'
import type { LambdaFunction } from './functions.ts'

/** Where each AWS service listens locally; the SDK reads these from `AWS_ENDPOINT_URL_<SERVICE>`. */
export type Endpoints = {
  dynamodb: string
  messaging: string
  mail: string
  parameters: string
}

/**
 * What makes an SDK client of `caller` talk to the local services. The access key is the caller's
 * own name, so that every signed request says which function sent it.
 */
export function sdkEnvironment(
  caller: string,
  region: string,
  endpoints: Endpoints,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: caller,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.messaging,
    AWS_ENDPOINT_URL_SNS: endpoints.messaging,
    AWS_ENDPOINT_URL_S3: endpoints.messaging,
    AWS_ENDPOINT_URL_SESV2: endpoints.mail,
    AWS_ENDPOINT_URL_SSM: endpoints.parameters,
  }
}

/** The whole environment of a function's process: what Lambda sets, and nothing of this shell's. */
export function lambdaEnvironment(
  fn: LambdaFunction,
  endpoints: Endpoints,
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: dirname(fn.module),
    LAMBDA_MODULE: fn.module,
    LAMBDA_EXPORT: fn.handler,
    ...sdkEnvironment(fn.name, fn.region, endpoints),
    ...fn.environment,
  }
}
