import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { assembly } from '../assembly.ts'
import { bundleFunctions } from '../bundle.ts'

/**
 * The program that synthesizes for the local cloud: what `infra/app.ts` does, into directories of
 * its own, so that two local clouds that start at once do not write each other's bundles.
 */
const argumentsSchema = v.object({
  outdir: v.string(),
  bundles: v.string(),
  context: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())),
})

const { values } = parseArgs({
  options: {
    outdir: { type: 'string' },
    bundles: { type: 'string' },
    context: { type: 'string' },
  },
})
const { outdir, bundles, context } = v.parse(argumentsSchema, values)
bundleFunctions(bundles)
assembly({ bundles, outdir, context }).synth()
