// Whatever a test or the demo makes outside its own memory is taken away again, last made first, also when
// something fails or somebody presses Ctrl-C.

/** Things to undo. */
export interface Cleanup {
  add(what: string, undo: () => unknown): void;
  /** Undoes everything once; goes on after a failure and names all of them at the end. */
  run(): Promise<void>;
}

/** Nothing to undo yet. */
export function createCleanup(): Cleanup {
  const undos: { readonly what: string; readonly undo: () => unknown }[] = [];
  return {
    add: (what, undo) => {
      undos.push({ what, undo });
    },
    async run() {
      const failures: string[] = [];
      for (let last = undos.pop(); last !== undefined; last = undos.pop()) {
        try {
          await last.undo();
        } catch (error) {
          failures.push(`${last.what}: ${error instanceof Error ? error.message : error}`);
        }
      }
      if (failures.length > 0) throw new Error(`not cleaned up:\n  ${failures.join('\n  ')}`);
    },
  };
}
