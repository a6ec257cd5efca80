// What docs/CNI.md shows is what the tests of callers run, also where it shows it twice.

import { errorCode } from '@hedgerow/cni';
import { expect, it } from 'vitest';
import { pageFile, pageNetwork, pageText } from './page.ts';

it('has the network that was tested in the object for Multus', () => {
  const [, config = ''] = pageFile('lan.yaml').split('config: |\n');
  expect(JSON.parse(config)).toEqual(pageNetwork('/etc/cni/net.d/30-lan.conflist'));
});

it('shows no network configuration that no test reads', () => {
  const names = ['10-pods', '20-bridged', '30-lan'];
  const lists = names.map((name) => pageNetwork(`/etc/cni/net.d/${name}.conflist`));
  expect(lists.map(({ name }) => name)).toEqual(['pods', 'bridged', 'lan']);
  expect(() => pageFile('/etc/cni/net.d/40-none.conflist')).toThrow('shows no file');
});

it('explains every error code, and no other', () => {
  const rows = pageText().matchAll(/^\| (\d+) \|/gm);
  expect([...rows].map((row) => Number(row[1]))).toEqual(Object.values(errorCode));
});
