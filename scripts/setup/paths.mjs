// Where things are in the tree.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the tree. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What can be fetched or built again; git ignores it. */
export const cache = join(root, '.cache');

/** What a build leaves. */
export const dist = join(root, 'dist');
