/**
 * Makes `from` look like `to` while keeping every element that is still there, so that focus, a
 * half-typed address and what a screen reader is reading survive a change of one line. Elements are
 * the same when tag and id are; one with an id is kept even when its neighbours come and go.
 */
export function morph(from: Element, to: Element): void {
  morphAttributes(from, to)
  const wanted = [...to.childNodes]
  const kept = new Set(wanted.map(idOf))
  for (const [index, node] of wanted.entries()) {
    dropUntil(from, { index, id: idOf(node) })
    const present = from.childNodes[index]
    if (present === undefined) from.append(node)
    else if (idOf(present) !== idOf(node) && isKept(present, kept)) present.before(node)
    else morphNode(present, node)
  }
  while (from.childNodes.length > wanted.length) from.lastChild?.remove()
}

function idOf(node: Node): string {
  return node instanceof Element ? node.id : ''
}

function isKept(present: Node, kept: ReadonlySet<string>): boolean {
  return idOf(present) !== '' && kept.has(idOf(present))
}

/** Removes what stands before the element that is wanted here, so that it need not be moved. */
function dropUntil(from: Element, { index, id }: { index: number; id: string }): void {
  if (id === '' || ![...from.childNodes].slice(index).some((node) => idOf(node) === id)) return
  while (idOf(from.childNodes[index] ?? from) !== id) from.childNodes[index]?.remove()
}

function morphNode(present: ChildNode, wanted: ChildNode): void {
  if (present instanceof Element && wanted instanceof Element && isSame(present, wanted)) {
    morph(present, wanted)
  } else if (present instanceof Text && wanted instanceof Text) {
    if (present.data !== wanted.data) present.data = wanted.data
  } else {
    present.replaceWith(wanted)
  }
}

function isSame(present: Element, wanted: Element): boolean {
  return present.tagName === wanted.tagName && present.id === wanted.id
}

function morphAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name)) from.removeAttribute(name)
  }
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value)
  }
  // The attribute is only where a box starts; the property is where it stands.
  if (from instanceof HTMLInputElement && from.type === 'checkbox') {
    from.checked = to.hasAttribute('checked')
  }
}
