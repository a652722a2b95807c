/** In the journeys' stage each purpose has a key of this id that was revoked before they began. */
export const revokedKeyId = 200
