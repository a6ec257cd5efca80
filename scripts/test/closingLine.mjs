// One line that says how a run of vitest ended, from the report that vitest wrote for programs.

/**
 * Counts of a run. A file that could not be loaded counts as one failure, and so does a run that failed
 * without naming a test: a red run never reads "0 failed".
 */
export function countTests(report, exitCode) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (...states) => tests.filter((test) => states.includes(test.status)).length;
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  const failed = count('failed') + broken.length;
  return {
    passed: count('passed'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.length - count('passed', 'failed'),
  };
}

/** `12 passed, 0 failed, 1 skipped` */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
