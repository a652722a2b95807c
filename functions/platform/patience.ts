/**
 * How long a call to AWS may stay unanswered before it counts as failed. Without a limit a connection
 * that hangs would hold its function until Lambda ends it, and with it a person, or a queue's message.
 */
const limited = { connectionTimeout: 1000, throwOnRequestTimeout: true }

/** While a person or a mailbox provider waits: all attempts together end before the function does. */
export const whileSomebodyWaits = { ...limited, requestTimeout: 2000 }

/** While a message waits, which can come again. */
export const whileWorkWaits = { ...limited, requestTimeout: 10_000 }
