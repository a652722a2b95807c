import { Parser } from 'htmlparser2-12'
import { withoutPlaces } from '../platform/mail-template.ts'
import { isEmpty, mayHave, mayHoldText, mayStand } from './html-allowed.ts'

/** What a block of HTML is made of, in its order: each `open` of an element that holds others has its `close`. */
export type Piece = Open | { kind: 'close'; name: string } | { kind: 'text'; text: string }

export type Open = { kind: 'open'; name: string; attributes: ReadonlyMap<string, string> }

/** Takes HTML apart; `allowed` is false when any of it is left out, or was never finished. */
export function readHtml(source: string): { pieces: Piece[]; allowed: boolean } {
  const pieces: Piece[] = []
  const open: { name: string; kept: boolean }[] = []
  let [allowed, halfTag] = [true, false]
  const refuse = () => {
    allowed = false
  }
  const within = () => open.filter(({ kept }) => kept).map(({ name }) => name)
  const close = () => {
    const last = open.pop()
    if (last?.kept && !isEmpty(last.name)) pieces.push({ kind: 'close', name: last.name })
  }
  const parser = new Parser({
    onopentagname: () => {
      halfTag = true
    },
    onopentag: (name, attributes) => {
      halfTag = false
      const kept = mayStand(name, within())
      open.push({ name, kept })
      if (!kept) return refuse()
      const given = Object.entries(attributes)
      const had = given.filter(([attribute, value]) => mayHave(name, attribute, value))
      if (had.length < given.length) refuse()
      const plain = had.map(([attribute, value]) => [attribute, withoutPlaces(value)] as const)
      pieces.push({ kind: 'open', name, attributes: new Map(plain) })
    },
    onclosetag: close,
    ontext: (text) => {
      // References are read by now, and may have named the characters that mark a place.
      if (mayHoldText(within().at(-1))) pieces.push({ kind: 'text', text: withoutPlaces(text) })
      else if (text.trim() !== '') refuse()
    },
    oncomment: refuse,
    oncdatastart: refuse,
    onprocessinginstruction: refuse,
  })
  parser.write(source.replaceAll('\0', '\uFFFD'))
  parser.end()
  while (open.length > 0) close()
  return { pieces, allowed: allowed && !halfTag }
}
