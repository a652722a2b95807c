export type JsonObject = { [name: string]: Json }
export type Json = null | boolean | number | string | Json[] | JsonObject

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
