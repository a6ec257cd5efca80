/** errno of Linux by number, the same on all its processors that matter here. */
import type { FileErrorCode } from '@hedgerow/core/claims';

const codes: Readonly<Record<number, FileErrorCode>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  13: 'EACCES',
  17: 'EEXIST',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  28: 'ENOSPC',
  30: 'EROFS',
  39: 'ENOTEMPTY',
  40: 'ELOOP',
};

/** The code of a call's return value: 0 is success, errno comes with either sign. */
export function codeOf(value: number): FileErrorCode | undefined {
  return value === 0 ? undefined : (codes[Math.abs(value)] ?? 'OTHER');
}
