import { type GzipText, gzipText } from '../../platform/gzip-text.ts'
import type { SignedFiles } from '../../platform/signed-files.ts'
import type { CopySection, Row } from './copy-section.ts'

/** How one kind of file is written down, in pieces that follow each other. */
export type FileShape = {
  contentType: string
  /** Of the nth part, from 1. */
  nameOf: (part: number) => string
  open: (part: number) => string
  begin: (section: CopySection, continued: boolean) => string
  /** @param nth of the row within this part of the section, from 0. */
  row: (section: CopySection, row: Row, nth: number) => string
  end: (section: CopySection) => string
  close: (part: number, isLast: boolean) => string
}

/** A file that goes on in another one when it is full, each of them whole in itself. */
export type RollingFile = {
  begin: (section: CopySection) => Promise<void>
  row: (row: Row) => Promise<void>
  end: () => Promise<void>
  /** @returns the names of its parts. */
  finish: () => Promise<string[]>
}

/**
 * A part must fit one answer of a function: 6 MB, of which Base64 takes a quarter. So every copy is
 * fetched the same way, whatever its size, and memory holds one part of each file.
 */
export const partBytes = 4_000_000

export function rollingFile(
  { files, folder, limit }: { files: SignedFiles; folder: string; limit: number },
  shape: FileShape,
): RollingFile {
  const names: string[] = []
  let current: { text: GzipText; section: CopySection | undefined; rows: number } | undefined
  const opened = async () => {
    if (current !== undefined) return current
    current = { text: gzipText(), section: undefined, rows: 0 }
    names.push(shape.nameOf(names.length + 1))
    await current.text.write(shape.open(names.length))
    return current
  }
  const closed = async (isLast: boolean): Promise<void> => {
    const { text } = await opened()
    await text.write(shape.close(names.length, isLast))
    await files.put(`${folder}${names.at(-1)}`, await text.close(), shape.contentType)
    current = undefined
  }
  const begin = async (section: CopySection, continued: boolean): Promise<void> => {
    const part = await opened()
    part.section = section
    part.rows = 0
    await part.text.write(shape.begin(section, continued))
  }
  return {
    begin: (section) => begin(section, false),
    row: async (row) => {
      const part = await opened()
      const { section } = part
      if (section === undefined) throw new TypeError('a row belongs to a section')
      await part.text.write(shape.row(section, row, part.rows))
      part.rows += 1
      if (part.text.bytes() < limit) return
      await part.text.write(shape.end(section))
      await closed(false)
      await begin(section, true)
    },
    end: async () => {
      const part = await opened()
      if (part.section !== undefined) await part.text.write(shape.end(part.section))
      part.section = undefined
    },
    finish: async () => {
      await closed(true)
      return names
    },
  }
}
