/**
 * Removes what earlier boots left in a run directory that is on a real disk. No container of an earlier boot
 * lives, so that all its claims are void; but only directories of this member's own boots are ours to judge.
 */
import { rm } from 'node:fs/promises';
import { type Files, readAgentFile, runPlace } from '@hedgerow/core/claims';

const aside = 'old-';

/**
 * Moves directories of other boots aside at once and deletes them in the background; resolves when they are
 * gone. Call it before the first heartbeat: agent.json tells whose directories these are. What a crash left
 * aside is deleted by the next call. Problems are answered as texts.
 */
export async function removeOldBoots(
  files: Files,
  root: string,
  current: { readonly member: string; readonly bootId: string },
): Promise<readonly string[]> {
  const doomed = moveAside(files, root, current);
  const problems: string[] = [];
  for (const path of doomed) {
    try {
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      problems.push(`cannot remove ${path}: ${(error as Error).message}`);
    }
  }
  return problems;
}

function moveAside(
  files: Files,
  root: string,
  { member, bootId }: { readonly member: string; readonly bootId: string },
): readonly string[] {
  const names = files.readdir(root);
  const before = readAgentFile(files, root);
  // Without the word of an agent of ours nobody knows who made these directories.
  const isOurs = typeof before !== 'string' && before.ok && before.value.member === member;
  if (typeof names === 'string' || !isOurs) return [];
  return names.flatMap((name) => {
    const path = `${root}/${name}`;
    const stat = files.lstat(path);
    if (typeof stat === 'string' || stat.kind !== 'directory' || name === bootId) return [];
    const isAside = name.startsWith(aside) && runPlace(root, name.slice(aside.length));
    if (isAside) return [path];
    if (runPlace(root, name) === undefined) return [];
    const to = `${root}/${aside}${name}`;
    return files.rename(path, to) === undefined ? [to] : [];
  });
}
