import type { Call, Service } from '../iam/call.ts'
import { type Fault, faultReply, type Reply } from '../iam/service-reply.ts'

const throttled: Record<Service, Fault> = {
  dynamodb: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
  s3: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  ses: { status: 429, code: 'TooManyRequestsException', message: 'Too many requests' },
  sqs: { status: 400, code: 'RequestThrottled', message: 'Rate exceeded' },
  ssm: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' },
}

const broken: Record<Service, Fault> = {
  dynamodb: { status: 500, code: 'InternalServerError', message: 'Internal server error' },
  s3: { status: 500, code: 'InternalError', message: 'We encountered an internal error.' },
  ses: { status: 500, code: 'InternalServiceErrorException', message: 'Internal failure' },
  sqs: { status: 500, code: 'InternalFailure', message: 'Internal failure' },
  ssm: { status: 500, code: 'InternalServerError', message: 'Internal server error' },
}

/** What the service would say in this state, in its own shape. */
export function answerOf(
  fault: 'throttle' | 'error' | 'conflict',
  service: Service,
  call: Call,
): Reply {
  if (fault === 'throttle') return faultReply(service, throttled[service])
  if (fault === 'error') return faultReply(service, broken[service])
  return faultReply(service, conflict(call))
}

/** A transaction names a reason for each of its items: here the first one was contended. */
function conflict({ operation, needs }: Call): Fault {
  if (!operation.startsWith('Transact')) {
    const message = 'Transaction is ongoing for the item'
    return { status: 400, code: 'TransactionConflictException', message }
  }
  const CancellationReasons = needs.map((_, index) =>
    index === 0
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  )
  return {
    status: 400,
    code: 'TransactionCanceledException',
    message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
    details: { CancellationReasons },
  }
}
