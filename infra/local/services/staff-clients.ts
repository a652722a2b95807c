export const staffRoles = ['marketing', 'privacy', 'viewer'] as const

export type StaffRole = (typeof staffRoles)[number]

/** Client of the local issuer that stands for a member of staff with one role. */
export function staffClient(role: StaffRole): string {
  return `staff-${role}`
}
