import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { buildApp } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishSite } from '../../infra/publish-site.ts'

const bucket = 'site'
let server: ReturnType<typeof buildApp>
let s3: S3Client

beforeAll(async () => {
  server = buildApp({ logger: false })
  const endpoint = await server.listen({ host: '127.0.0.1', port: 0 })
  s3 = new S3Client({
    endpoint,
    region: 'eu-north-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
})

afterAll(async () => {
  s3.destroy()
  await server.close()
})

function site(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'assent-site-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

describe('publishing the site', () => {
  test('each file arrives with its type, and only hashed names are kept for ever', async () => {
    const dir = site({
      'index.html': '<!doctype html>',
      'preferences/index.html': '<!doctype html>',
      'assets/page-0a1b2c3d.js': 'export {}',
      'assets/page.0a1b2c3d.css': 'html{}',
      '.well-known/gpc.json': '{}',
    })
    const keys = await publishSite({ s3, bucket, dir })
    const stored = await Promise.all(
      keys.map(async (Key) => {
        const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
        await object.Body?.transformToByteArray()
        return [Key, [object.ContentType, object.CacheControl]]
      }),
    )
    const forEver = 'public, max-age=31536000, immutable'
    expect(Object.fromEntries(stored)).toEqual({
      'index.html': ['text/html; charset=utf-8', 'no-cache'],
      'preferences/index.html': ['text/html; charset=utf-8', 'no-cache'],
      'assets/page-0a1b2c3d.js': ['text/javascript; charset=utf-8', forEver],
      'assets/page.0a1b2c3d.css': ['text/css; charset=utf-8', forEver],
      '.well-known/gpc.json': ['application/json; charset=utf-8', 'no-cache'],
    })
  })

  test('pages go last, so that none is served before what it loads', async () => {
    const dir = site({ 'a.html': '', 'b.js': '', 'c/d.html': '', 'c/e.css': '' })
    expect(await publishSite({ s3, bucket, dir })).toEqual([
      'b.js',
      'c/e.css',
      'a.html',
      'c/d.html',
    ])
  })

  test('a kind of file that nobody thought of stops the upload', async () => {
    const dir = site({ 'notes.docx': '' })
    await expect(publishSite({ s3, bucket, dir })).rejects.toThrow('notes.docx')
  })
})
