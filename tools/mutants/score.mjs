// Counts what a report in the mutation testing report schema says, and names what was not found.

/** Share of the mutants that tests must find. */
export const least = 0.85;

const COUNTED = {
  Killed: 'killed',
  Timeout: 'timedOut',
  Survived: 'survived',
  NoCoverage: 'untested',
  Ignored: 'ignored',
};

/** Mutants of one folder by what became of them. `invalid`: the tests could not even be loaded. */
export function countsOf(report) {
  const counts = { killed: 0, timedOut: 0, survived: 0, untested: 0, ignored: 0, invalid: 0 };
  for (const { mutants } of Object.values(report.files)) {
    for (const { status } of mutants) counts[COUNTED[status] ?? 'invalid'] += 1;
  }
  return counts;
}

/** Found, of those that could be found. */
export function scoreOf({ killed, timedOut, survived, untested }) {
  const found = killed + timedOut;
  return found / (found + survived + untested);
}

/** One line for each mutant that no test found: where, and what was written instead. */
export function survivors(report) {
  return Object.entries(report.files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .sort((a, b) => a.location.start.line - b.location.start.line)
      .map(({ location: { start, end }, replacement, status }) => {
        const until = start.line === end.line ? end.column - 1 : undefined;
        const was = lines[start.line - 1].slice(start.column - 1, until);
        const note = status === 'NoCoverage' ? ' (no test gets there)' : '';
        return `${path}:${start.line}: ${was} -> ${oneLine(replacement)}${note}`;
      });
  });
}

function oneLine(text = '') {
  return text.replace(/\s+/g, ' ').slice(0, 100);
}
