import type { Service } from './call.ts'

/** An answer given in a service's place. */
export type Reply = { status: number; headers: Record<string, string>; body: string }

/** A service's error in its own shape, by which an SDK client knows it. */
export type Fault = { status: number; code: string; message: string; details?: object }

export function faultReply(service: Service, { status, code, message, details }: Fault): Reply {
  switch (service) {
    case 'dynamodb':
      return json(status, '1.0', {
        __type: `com.amazonaws.dynamodb.v20120810#${code}`,
        message,
        ...details,
      })
    case 'sqs':
      return json(status, '1.0', { __type: `com.amazon.coral.service#${code}`, message })
    case 'ssm':
      return json(status, '1.1', { __type: code, message })
    case 'ses':
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
        body: JSON.stringify({ message }),
      }
    case 's3':
      return xml(
        status,
        `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
      )
  }
}

export type Denied = {
  service: Service
  operation: string
  functionName: string
  action: string
  resource: string
  /** Of a deletion of several files: every one of them. */
  files: readonly string[]
}

/** The service's own way to say that the role may not. */
export function denialReply({ service, operation, functionName, ...denied }: Denied): Reply {
  const message = `User: ${functionName} is not authorized to perform: ${denied.action} on resource: ${denied.resource} because no identity-based policy allows the ${denied.action} action`
  if (service !== 's3') {
    const status = service === 'ses' || service === 'sqs' ? 403 : 400
    return faultReply(service, { status, code: 'AccessDeniedException', message })
  }
  if (operation !== 'DeleteObjects') {
    return faultReply(service, { status: 403, code: 'AccessDenied', message })
  }
  const errors = denied.files.map(
    (file) => `<Error><Key>${escaped(file)}</Key><Code>AccessDenied</Code></Error>`,
  )
  return xml(200, `<DeleteResult>${errors.join('')}</DeleteResult>`)
}

function json(status: number, version: string, body: object): Reply {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(body),
  }
}

function xml(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
