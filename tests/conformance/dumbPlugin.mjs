// The least plugin that keeps the contract, for tests of the suite: an address is a symbolic link that names its
// attachment, so taking one is a single call that fails when it is taken. Its first argument is a fault.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';

const fault = process.argv[2];
const { CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_IFNAME: ifname } = process.env;
const versions = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'];
const idShape = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const key = 'cni.dev/valid-attachments';
let asked = '1.1.0';

function fail(code, msg) {
  const named = fault === 'error without version' ? {} : { cniVersion: asked };
  const text = JSON.stringify({ ...named, code: fault === 'own code' ? 42 : code, msg });
  process.stdout.write(fault === 'error on stderr' ? '' : text);
  process.exit(fault === 'status 0' ? 0 : 1);
}

function readConfig() {
  let config;
  try {
    config = JSON.parse(readFileSync(0, 'utf8'));
  } catch {
    fail(fault === 'wrong decode code' ? 7 : 6, 'not JSON');
  }
  if (config === null || typeof config !== 'object') fail(6, 'no object');
  return config;
}

const config = readConfig();
const isOld = config.cniVersion < '1.0.0';

function print(object) {
  process.stdout.write(JSON.stringify(object));
  process.exit(0);
}

function checkRequest() {
  const needed = { GC: [], STATUS: [] }[command] ?? ['CNI_CONTAINERID', 'CNI_IFNAME'];
  if (command === 'ADD' || command === 'CHECK') needed.push('CNI_NETNS');
  if (fault === 'needs CNI_PATH' || (fault === 'needs netns' && command === 'DEL'))
    needed.push(fault === 'needs CNI_PATH' ? 'CNI_PATH' : 'CNI_NETNS');
  if (!['ADD', 'DEL', 'CHECK', 'GC', 'STATUS'].includes(command)) fail(4, 'CNI_COMMAND');
  if (!versions.includes(config.cniVersion)) fail(1, 'version');
  asked = config.cniVersion;
  const since = { CHECK: '0.4.0', GC: '1.1.0', STATUS: '1.1.0' }[command] ?? '0.3.0';
  if (asked < since && fault !== 'verb too early') fail(1, `${command} needs ${since}`);
  const missing = needed.filter((name) => !process.env[name]);
  if (missing.length > 0) fail(4, `missing: ${fault === 'no name' ? '' : missing}`);
  if (id !== undefined && !idShape.test(id) && fault !== 'any id') fail(4, 'CNI_CONTAINERID');
  if (ifname !== undefined && !/^[a-z0-9]{1,15}$/.test(ifname)) fail(4, 'CNI_IFNAME');
  if (typeof config.name !== 'string' || !idShape.test(config.name)) fail(7, 'name');
  if (typeof config.ipam !== 'object' || !config.ipam.dir) fail(7, 'ipam');
  if (fault === 'unknown keys' && 'bridge' in config) fail(2, 'bridge');
}

if (command === 'VERSION')
  print({
    cniVersion: fault === 'no echo' ? '1.1.0' : config.cniVersion,
    supportedVersions: versions,
  });
checkRequest();
const { dir, lists = [] } = config.ipam;
const owner = `${config.name} ${id} ${fault === 'no interface' ? '' : ifname}`;

function held(of = owner) {
  return list().filter((name) => readlinkSync(`${dir}/${name}`) === of);
}

function list() {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function take(addresses) {
  mkdirSync(dir, { recursive: true });
  const taken = fault === 'twice' ? [] : list();
  for (const address of addresses) {
    const name = address.replace('/', '_');
    if (taken.includes(name)) continue;
    try {
      if (fault === 'twice') unlinkQuietly(name);
      symlinkSync(owner, `${dir}/${name}`);
      return address;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  if (fault !== 'leaks when full') free(held());
  return fail(11, 'no address is left');
}

function unlinkQuietly(name) {
  if (list().includes(name)) unlinkSync(`${dir}/${name}`);
}

function free(names) {
  for (const name of names) if (fault !== 'frees nothing') unlinkSync(`${dir}/${name}`);
}

const verbs = {
  ADD() {
    const requested = config.args?.cni?.ips ?? [];
    const mine = fault === 'new each time' ? [] : held().map((name) => name.replace('_', '/'));
    const given = lists.map((addresses) => {
      const wanted = addresses.filter((address) => requested.includes(address));
      const choice = wanted.length > 0 && fault !== 'no requests' ? wanted : addresses;
      return addresses.find((address) => mine.includes(address)) ?? take(choice);
    });
    const ips = given.map((address) => {
      const version = { version: address.includes(':') ? '6' : '4' };
      const gateway = address.replace(/[^.:]*\/.*/, '1');
      const shaped = (fault === 'old shape' || isOld) && fault !== 'new shape';
      return { ...(shaped ? version : {}), address, gateway };
    });
    const interfaces = fault === 'interfaces' ? { interfaces: [{ name: 'eth0' }] } : {};
    if (fault === 'log on stdout') process.stdout.write('adding\n');
    print({ cniVersion: asked, ips, ...interfaces });
  },
  DEL() {
    if (fault === 'strict DEL' && held().length === 0) fail(3, 'unknown');
    const named = (config.prevResult?.ips ?? []).map(({ address }) => address.replace('/', '_'));
    free(fault === 'frees by address' ? named.filter((name) => list().includes(name)) : held());
  },
  CHECK() {
    if (config.prevResult === undefined && fault !== 'blind CHECK') fail(7, 'prevResult');
    const told = (config.prevResult?.ips ?? []).map(({ address }) => address.replace('/', '_'));
    const isSame = held().length > 0 && held().every((name) => told.includes(name));
    if (!isSame && fault !== 'blind CHECK') fail(104, 'changed');
    if (fault === 'talking CHECK') print({});
  },
  GC() {
    let valid = config[key];
    if (valid === undefined && fault !== 'GC without list') fail(7, key);
    valid ??= [];
    const isSound = Array.isArray(valid) && valid.every((one) => one?.containerID && one.ifname);
    if (!isSound) fail(7, key);
    const kept = valid.map((one) => `${config.name} ${one.containerID} ${one.ifname}`);
    const here = (name) =>
      fault === 'GC of all' || readlinkSync(`${dir}/${name}`).startsWith(`${config.name} `);
    free(list().filter((name) => here(name) && !kept.includes(readlinkSync(`${dir}/${name}`))));
  },
  STATUS() {
    if (list().length >= lists.flat().length && fault !== 'always ready') fail(50, 'full');
  },
};
verbs[command]();
