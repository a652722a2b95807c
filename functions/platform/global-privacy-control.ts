/**
 * GPC-01: does this request carry the signal? Only the exact value `1` counts. A gateway joins several
 * headers of one name with commas (RFC 9110 §5.2), and one `1` among them is enough.
 */
export function hasPrivacySignal(headers: Readonly<Record<string, string | undefined>>): boolean {
  return (headers['sec-gpc'] ?? '').split(',').some((value) => value.trim() === '1')
}
