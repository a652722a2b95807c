import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** A file with a hash of its content in its name never changes under that name. */
const hashedName = /[.-][0-9a-f]{8,}\.[a-z0-9]+$/

export type Site = {
  s3: S3Client
  bucket: string
  /** Directory with the built site. */
  dir: string
}

/**
 * Uploads the built site and returns the keys it wrote.
 *
 * Pages go last, so that none is served before what it loads. Files of earlier versions stay: a page
 * that is open in a browser may still ask for them.
 */
export async function publishSite({ s3, bucket, dir }: Site): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')) || (a < b ? -1 : 1))
  for (const key of keys) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: await readFile(join(dir, key)),
        ContentType: contentType(key),
        CacheControl: hashedName.test(key) ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    )
  }
  return keys
}

function contentType(key: string): string {
  const known = contentTypes[extname(key)]
  if (known === undefined) throw new Error(`${key}: publish-site.ts knows no content type for it`)
  return known
}
