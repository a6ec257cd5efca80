// The API documentation of the simulator, out of the comments in its code: what is exported without a comment,
// or mentions what is not exported, is a warning.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Logger, LogLevel, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

/** Where the page lies. */
export const pagePath: string = fileURLToPath(
  new URL('../../docs/api/testing.md', import.meta.url),
);

/** What TypeDoc made, and what it misses. */
export interface Documented {
  readonly page: string;
  readonly warnings: readonly string[];
}

const NOTE = '<!-- Written by `npm run api` from the comments in the code. -->';

const core = fileURLToPath(new URL('../../packages/core', import.meta.url));

/** Types of other folders of core that the simulator mentions: they are exported and documented there. */
const ELSEWHERE = {
  'address/types.ts': ['Cidr'],
  'cluster/state/state.ts': ['NodeState'],
  'cluster/contract/messages.ts': ['Message'],
  'cluster/contract/types.ts': ['Alarm', 'BlockUsage', 'Input', 'Tuning'],
  'crypto/types.ts': ['Signer', 'Verify'],
  'estate/types.ts': ['Estate'],
  'membership/types.ts': ['Genesis', 'Pool'],
  'ownership/types.ts': ['SignedRecord'],
  'register/judge.ts': ['AcceptorRecord'],
  'register/types.ts': ['Versioned'],
  'replica/ledger.ts': ['Ledger'],
  'replica/hostile.ts': ['Encoding'],
  'replica/types.ts': ['Replica', 'Update'],
};

const options: TypeDocOptions & Partial<PluginOptions> = {
  entryPoints: [join(core, 'src/testing/index.ts')],
  tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
  plugin: ['typedoc-plugin-markdown'],
  name: '@hedgerow/core/testing',
  readme: 'none',
  router: 'module',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  parametersFormat: 'table',
  typeDeclarationFormat: 'table',
  useCodeBlocks: true,
  validation: { notExported: true, notDocumented: true, invalidLink: true },
  intentionallyNotExported: Object.entries(ELSEWHERE).flatMap(([file, names]) =>
    names.map((name) => `core/src/${file}:${name}`),
  ),
  requiredToBeDocumented: [
    'Class',
    'Constructor',
    'Interface',
    'Function',
    'Variable',
    'TypeAlias',
    'Property',
    'Method',
    'Accessor',
  ],
};

/** Documents what `@hedgerow/core/testing` exports, as one page of Markdown. Takes seconds. */
export async function testingPage(): Promise<Documented> {
  const out = mkdtempSync(join(tmpdir(), 'hedgerow-api-'));
  try {
    const outputs = [{ name: 'markdown', path: out }];
    const app = await Application.bootstrapWithPlugins({ ...options, outputs } as TypeDocOptions);
    const warnings = listen(app);
    const project = await app.convert();
    if (project === undefined)
      throw new Error(`TypeDoc cannot read the code: ${warnings.join('\n')}`);
    app.validate(project);
    await app.generateOutputs(project);
    const page = readFileSync(join(out, 'README.md'), 'utf8');
    return { page: `${NOTE}\n${page}`, warnings };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function listen(app: Application): readonly string[] {
  const warnings: string[] = [];
  app.logger = new (class extends Logger {
    override log(message: string, level: LogLevel): void {
      if (level >= LogLevel.Warn) warnings.push(message);
    }
  })();
  return warnings;
}
