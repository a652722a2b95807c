/** How the gateway knows a colleague's token, and the functions the roles in it. */
export type StaffTokens = {
  issuer: string
  /** What `aud` must be, or `client_id` where a token has no `aud`. */
  audience: string
  rolesClaim: string
}
