import { plain, type Stacks } from './synthesized.ts'

export type Statement = {
  actions: string[]
  /** Readable names: `Main`, `Exports/*`, `LettersQueue`, an ARN where nothing shorter exists. */
  resources: string[]
  /** Starts of the partition keys that DynamoDB access is limited to. */
  owners: string[]
  condition: unknown
}

/** What the role of each function allows, read from the templates as IAM would read them. */
export function roleStatements({ data, mail, service }: Stacks): Map<string, Statement[]> {
  const outputs = { ...data.Outputs, ...mail.Outputs }
  const policies = Object.values(service.Resources).filter(
    ({ Type }) => Type === 'AWS::IAM::Policy',
  )
  return new Map(
    Object.values(service.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => {
        const role = Properties.Role['Fn::GetAtt'][0]
        const statements = policies
          .filter(({ Properties: { Roles } }) =>
            Roles.some((ref: { Ref: string }) => ref.Ref === role),
          )
          .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement)
        return [
          String(Properties.FunctionName).replace(/^assent-[a-z]+-/, ''),
          statements.map((statement) => readStatement(statement, outputs)),
        ]
      }),
  )
}

// biome-ignore lint/suspicious/noExplicitAny: a template is read here as CloudFormation reads it
function readStatement(statement: any, outputs: Outputs): Statement {
  if (statement.Effect !== 'Allow') throw new Error('a function role only ever allows')
  const keys = statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']
  return {
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat().map((resource) => shown(resource, outputs)),
    owners: keys === undefined ? [] : [keys].flat(),
    condition: statement.Condition,
  }
}

type Outputs = Record<string, { Value: unknown }>

// biome-ignore lint/suspicious/noExplicitAny: a template is read here as CloudFormation reads it
function shown(value: any, outputs: Outputs): string {
  if (typeof value === 'string') return value
  if ('Ref' in value) return plain(value.Ref)
  if ('Fn::GetAtt' in value) {
    const [id, attribute] = value['Fn::GetAtt']
    return attribute === 'StreamArn' ? `${plain(id)} stream` : plain(id)
  }
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join']
    return parts.map((part: unknown) => shown(part, outputs)).join(separator)
  }
  const output = outputs[value['Fn::GetStackOutput']?.OutputName]
  if (output === undefined) throw new Error(`cannot read ${JSON.stringify(value)}`)
  return shown(output.Value, outputs)
}
