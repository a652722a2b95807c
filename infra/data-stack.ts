import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  type ITable,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import { BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'
import { PrivateBucket } from './constructs/private-bucket.ts'
import type { CopiedTables } from './settings.ts'

/** One that is in no template, too: neither table has a stream. */
export type DataTable = Omit<ITable, 'tableStreamArn'>
export type DataStackProps = StackProps & { settings: CopiedTables }

const text = (name: string) => ({ name, type: AttributeType.STRING })

/**
 * Everything that must outlive a mistake: the three tables, their key, and the buckets of
 * exports, imports, copies and the journal.
 *
 * Nothing here is deleted with the stack, and the stack itself refuses deletion.
 */
export class DataStack extends Stack {
  readonly key: Key
  /** Where the product works: the tables below, or the copies that a restore has put in their place. */
  readonly main: DataTable
  readonly ledger: Table
  readonly keys: DataTable
  readonly exports: PrivateBucket
  readonly imports: PrivateBucket
  readonly copies: PrivateBucket
  readonly journal: PrivateBucket

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true })

    this.key = new Key(this, 'Key', {
      description: 'Encrypts the tables, exports, copies and journal of the preference centre',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })

    const main = this.table('Main', 28, { sortKey: text('sk'), timeToLiveAttribute: 'ttl' })
    this.main = this.copyOf('Main', settings.mainTable) ?? main
    this.ledger = this.table('Ledger', 35, {
      sortKey: text('sk'),
      timeToLiveAttribute: 'ttl',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    })
    // One day, no more: erasing a person deletes their data key, and within a day no backup may
    // bring the person back (RIGHT-13).
    const keys = this.table('Keys', 1, { timeToLiveAttribute: 'ttl' })
    this.keys = this.copyOf('Keys', settings.keysTable) ?? keys

    this.exports = new PrivateBucket(this, 'Exports', {
      // The same key as the tables, so that a leaked S3 permission alone opens no export.
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        // The rows, with addresses in clear, and who they are by pseudonym alone: the second is what
        // a person is recalled by for as long as a recipient may use the first (EXP-04).
        { prefix: 'files/', expiration: Duration.days(policy.retention.exports) },
        { prefix: 'members/', expiration: Duration.days(policy.retention.recall) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    })
    // Whoever is in a file of these, said yes or not, in clear: it goes when it has been worked off.
    this.imports = new PrivateBucket(this, 'Imports', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        {
          expiration: Duration.days(policy.retention.imports),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    })
    // Apart from the exports, so that no function reads both: a copy is one person's, an export many.
    this.copies = new PrivateBucket(this, 'Copies', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        // The last resort: the links end after a day, and so do the files.
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    })
    // Compliance mode: until its time is over nobody removes or replaces an object, not we, not AWS
    // (SEC-13). It ends with the evidence it vouches for; what is shadowed by a delete marker shows.
    const evidence = Duration.days(policy.retention.evidence)
    this.journal = new PrivateBucket(this, 'Journal', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(evidence),
      lifecycleRules: [{ expiration: evidence, noncurrentVersionExpiration: Duration.days(1) }],
    })
    Validations.of(this.journal).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'One function writes it, by conditional puts, and what is written cannot be changed',
    })
    Validations.of(this.copies).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The function that hands out a copy logs each time by the id of its request',
    })
    Validations.of(this.imports).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Each file is declared and audited in the ledger before a link to upload it is made',
    })
    Validations.of(this.exports).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Each download is audited in the ledger; access logs would keep the URL that grants it',
    })
  }

  /** cdk-nag names a finding by its resolved reference; a change of an id shows at synth. */
  arnAsNagSeesIt(what: 'exports' | 'imports' | 'copies' | 'journal' | 'ledger'): string {
    const outputs = {
      exports: 'PublishOutputFnGetAttExports25637AFBArn9B1D22E2',
      imports: 'PublishOutputFnGetAttImportsC5EA4F6FArn7CA2A0D0',
      journal: 'PublishOutputFnGetAttJournalAE8C44B2Arn851C4075',
      ledger: 'PublishOutputFnGetAttLedgerB7379752ArnB99A48A5',
      copies: 'PublishOutputFnGetAttCopiesA993ADEEArnDCF1B485',
    }
    return JSON.stringify({
      'Fn::GetStackOutput': {
        StackName: this.stackName,
        Region: this.region,
        OutputName: outputs[what],
      },
    })
  }

  /** A copy has another name than the table it was made of, which stays until somebody deletes it. */
  private copyOf(name: string, tableName: string): DataTable | undefined {
    return tableName === '' ? undefined : Table.fromTableName(this, `Copied${name}`, tableName)
  }

  private table(
    name: string,
    recoveryDays: number,
    props: Omit<TableProps, 'partitionKey'>,
  ): Table {
    return new Table(this, name, {
      partitionKey: text('pk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    })
  }
}
