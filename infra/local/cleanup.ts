/** What must be undone, in reverse order, however far a start has come. */
export type Cleanup = {
  add: (undo: () => Promise<void> | void) => void
  run: () => Promise<void>
}

export function createCleanup(): Cleanup {
  const undos: (() => Promise<void> | void)[] = []
  let running: Promise<void> | undefined
  const runAll = async () => {
    const faults: unknown[] = []
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo()
      } catch (fault) {
        // One thing that will not stop must not keep the others alive.
        faults.push(fault)
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'Not everything stopped cleanly')
  }
  return {
    add: (undo) => {
      undos.push(undo)
    },
    run: () => {
      running ??= runAll()
      return running
    },
  }
}
