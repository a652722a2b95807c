import { join } from 'node:path'
import { assembly } from './assembly.ts'
import { bundleFunctions } from './bundle.ts'

const bundles = join(import.meta.dirname, '../.build/functions')
bundleFunctions(bundles)
assembly({ bundles }).synth()
