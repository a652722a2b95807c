import * as v from 'valibot'
import type { Resource } from './assembly.ts'

const securityHeader = { Override: v.optional(v.boolean(), true) }

const headersPolicySchema = v.object({
  ResponseHeadersPolicyConfig: v.object({
    CustomHeadersConfig: v.optional(
      v.object({
        Items: v.array(v.object({ Header: v.string(), Value: v.string(), ...securityHeader })),
      }),
    ),
    RemoveHeadersConfig: v.optional(v.object({ Items: v.array(v.object({ Header: v.string() })) })),
    SecurityHeadersConfig: v.optional(
      v.object({
        ContentSecurityPolicy: v.optional(
          v.object({ ContentSecurityPolicy: v.string(), ...securityHeader }),
        ),
        ContentTypeOptions: v.optional(v.object(securityHeader)),
        FrameOptions: v.optional(v.object({ FrameOption: v.string(), ...securityHeader })),
        ReferrerPolicy: v.optional(v.object({ ReferrerPolicy: v.string(), ...securityHeader })),
        StrictTransportSecurity: v.optional(
          v.object({
            AccessControlMaxAgeSec: v.number(),
            IncludeSubdomains: v.optional(v.boolean(), false),
            Preload: v.optional(v.boolean(), false),
            ...securityHeader,
          }),
        ),
      }),
    ),
  }),
})

export type AddedHeader = { name: string; value: string; override: boolean }

/** Names of the headers that the policy takes off an answer. */
export function removedHeaders(policy: Resource): string[] {
  const { RemoveHeadersConfig } = headersConfig(policy)
  return (RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase())
}

/** Headers that the policy puts on an answer, its security headers spelled out. */
export function addedHeaders(policy: Resource): AddedHeader[] {
  const { CustomHeadersConfig, SecurityHeadersConfig: security = {} } = headersConfig(policy)
  const added: AddedHeader[] = []
  const add = (name: string, value: string, override: boolean) =>
    added.push({ name, value, override })
  for (const { Header, Value, Override } of CustomHeadersConfig?.Items ?? []) {
    add(Header.toLowerCase(), Value, Override)
  }
  const csp = security.ContentSecurityPolicy
  if (csp) add('content-security-policy', csp.ContentSecurityPolicy, csp.Override)
  const sniff = security.ContentTypeOptions
  if (sniff) add('x-content-type-options', 'nosniff', sniff.Override)
  const frame = security.FrameOptions
  if (frame) add('x-frame-options', frame.FrameOption, frame.Override)
  const referrer = security.ReferrerPolicy
  if (referrer) add('referrer-policy', referrer.ReferrerPolicy, referrer.Override)
  const transport = security.StrictTransportSecurity
  if (transport) {
    const parts = [`max-age=${transport.AccessControlMaxAgeSec}`]
    if (transport.IncludeSubdomains) parts.push('includeSubDomains')
    if (transport.Preload) parts.push('preload')
    add('strict-transport-security', parts.join('; '), transport.Override)
  }
  return added
}

function headersConfig(policy: Resource) {
  return v.parse(headersPolicySchema, policy.properties).ResponseHeadersPolicyConfig
}
