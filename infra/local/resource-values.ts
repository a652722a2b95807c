import type { Json } from './json.ts'

export const accountId = '000000000000'

/** The parts of an address in AWS that come from where a stack is deployed to. */
export type Place = { region: string; accountId: string; messagingUrl: string }

/** One resource of a template, with its properties still unresolved. */
export type NamedResource = { type: string; name: string; property: (name: string) => Json }

type Values = {
  /** The property that names the resource; without it CloudFormation makes a name up. */
  nameProperty?: string
  arn?: (name: string, place: Place) => string
  ref?: (resource: NamedResource, place: Place) => string
  attributes?: Record<string, (resource: NamedResource, place: Place) => string>
}

const regional = (service: string, path: string) => (name: string, place: Place) =>
  `arn:aws:${service}:${place.region}:${place.accountId}:${path}${name}`

const table: Values = {
  nameProperty: 'TableName',
  arn: regional('dynamodb', 'table/'),
  attributes: {
    StreamArn: ({ name }, place) => `${regional('dynamodb', 'table/')(name, place)}/stream/local`,
  },
}

const queueUrl = ({ name }: NamedResource, place: Place) =>
  `${place.messagingUrl}/${place.accountId}/${name}`

const functionArn = regional('lambda', 'function:')
const topicArn = regional('sns', '')

const valuesByType: Record<string, Values> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: regional('sqs', ''),
    ref: queueUrl,
    attributes: { QueueName: ({ name }) => name, QueueUrl: queueUrl },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    arn: topicArn,
    ref: ({ name }, place) => topicArn(name, place),
    attributes: {
      TopicName: ({ name }) => name,
      TopicArn: ({ name }, place) => topicArn(name, place),
    },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    arn: (name) => `arn:aws:s3:::${name}`,
    attributes: {
      DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: ({ name }, place) => `${name}.s3.${place.region}.amazonaws.com`,
    },
  },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: functionArn },
  'AWS::Lambda::Version': {
    ref: ({ property }) => `${String(property('FunctionName'))}:1`,
    attributes: { Version: () => '1' },
  },
  'AWS::Lambda::Alias': {
    ref: ({ property }) => `${String(property('FunctionName'))}:${String(property('Name'))}`,
  },
  'AWS::ApiGatewayV2::Api': {
    attributes: {
      ApiId: ({ name }) => name,
      ApiEndpoint: ({ name }, place) => `https://${name}.execute-api.${place.region}.amazonaws.com`,
    },
  },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName' },
  'AWS::ApiGatewayV2::DomainName': {
    nameProperty: 'DomainName',
    attributes: {
      RegionalDomainName: ({ name }, place) =>
        `d-${name}.execute-api.${place.region}.amazonaws.com`,
      RegionalHostedZoneId: () => 'ZLOCAL',
    },
  },
  'AWS::CloudFront::Distribution': {
    arn: (name, place) => `arn:aws:cloudfront::${place.accountId}:distribution/${name}`,
    attributes: {
      Id: ({ name }) => name,
      DomainName: ({ name }) => `${name.toLowerCase()}.cloudfront.net`,
    },
  },
  'AWS::CloudFront::Function': {
    nameProperty: 'Name',
    ref: ({ name }, place) => cloudFrontFunctionArn(name, place),
    attributes: { FunctionARN: ({ name }, place) => cloudFrontFunctionArn(name, place) },
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, place) => `arn:aws:iam::${place.accountId}:role/${name}`,
  },
  'AWS::KMS::Key': {
    arn: regional('kms', 'key/'),
    attributes: { KeyId: ({ name }) => name },
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName' },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name, place) => `${regional('logs', 'log-group:')(name, place)}:*`,
  },
  'AWS::SES::ConfigurationSet': { nameProperty: 'Name' },
  'AWS::SES::EmailIdentity': { nameProperty: 'EmailIdentity' },
  'AWS::SSM::Parameter': {
    nameProperty: 'Name',
    attributes: { Value: ({ property }) => String(property('Value')) },
  },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: regional('events', 'rule/') },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    arn: regional('scheduler', 'schedule/default/'),
  },
}

/** The name a resource has locally: its own, or one made from stack and logical id. */
export function physicalName(
  type: string,
  generated: string,
  named: (property: string) => Json,
): string {
  const nameProperty = valuesByType[type]?.nameProperty
  const own = nameProperty === undefined ? null : named(nameProperty)
  if (typeof own === 'string') return own
  return type === 'AWS::S3::Bucket' ? generated.toLowerCase().slice(0, 63) : generated
}

export function refValue(resource: NamedResource, place: Place): string {
  return valuesByType[resource.type]?.ref?.(resource, place) ?? resource.name
}

/** What `Fn::GetAtt` yields. Attributes nobody reads locally get a text that names them. */
export function attributeValue(resource: NamedResource, attribute: string, place: Place): string {
  const values = valuesByType[resource.type]
  const own = values?.attributes?.[attribute]
  if (own) return own(resource, place)
  if (attribute === 'Arn' && values?.arn) return values.arn(resource.name, place)
  return `${resource.name}.${attribute}`
}

/** Name of the function in a Lambda ARN, qualified or not, or in an integration URI around one. */
export function functionNameIn(reference: string): string {
  return /function:([^:/]+)/.exec(reference)?.[1] ?? reference
}

function cloudFrontFunctionArn(name: string, place: Place): string {
  return `arn:aws:cloudfront::${place.accountId}:function/${name}`
}
