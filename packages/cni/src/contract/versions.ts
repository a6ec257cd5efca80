/** Which versions of the CNI specification are spoken, and what each of them has. */
export const supportedVersions = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

export type CniVersion = (typeof supportedVersions)[number];

/** The version of answers to requests whose own version is not known. */
export const newestVersion: CniVersion = '1.1.0';

export function isSupported(version: string): version is CniVersion {
  return supportedVersions.some((known) => known === version);
}

/** True when `version` is `since` or later. */
export function atLeast(version: CniVersion, since: CniVersion): boolean {
  return supportedVersions.indexOf(version) >= supportedVersions.indexOf(since);
}
