/** Asks again until something has ended, or time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '@hedgerow/core';

const pauseMs = 250;

/** The first answer for which `isEnd` holds, or the last one when time is up. A refusal ends it too. */
export async function waitFor<T>(
  ask: () => Promise<Result<T>>,
  isEnd: (answer: T) => boolean,
  timeoutMs: number,
): Promise<Result<T>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (!answer.ok || isEnd(answer.value) || performance.now() >= deadlineMs) return answer;
    await sleep(pauseMs);
  }
}
