// Mutants of sentences are no mutants of behaviour: programs read a refusal's code, people its message.
// So the message of `refuse(code, message)` and of `new Error(message)` is left as it is; each such place
// stands in the report as ignored. Every other text is changed like everything else.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const WHY = 'a sentence for people';

function isMessage({ node, parent, key, listKey }) {
  if (listKey !== 'arguments') return false;
  if (parent.type === 'CallExpression') return parent.callee.name === 'refuse' && key === 1;
  return (
    parent.type === 'NewExpression' && parent.callee.name === 'Error' && node.type !== 'Identifier'
  );
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore: (path) => (isMessage(path) ? WHY : undefined),
  }),
];
