import { assembly } from './assembly.ts'
import { bundleFunctions } from './bundle.ts'

const bundles = '.build/functions'
bundleFunctions(bundles)
assembly({ bundles }).synth()
