export { type MapSources, mapReport, reportedSize } from './mapReport.ts';
export { type MapTextOptions, mapLine, mapText } from './mapText.ts';
export { addressesText, statusText } from './statusText.ts';
export type {
  AddressReport,
  GuardianStatus,
  HoldingStatus,
  MapPiece,
  MapReport,
  MapShare,
  PeerStatus,
  PoolMap,
  PoolStatus,
  Status,
  StatusAlarm,
} from './types.ts';
