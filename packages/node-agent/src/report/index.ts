export { addressText, gcText, releaseText } from './addressText.ts';
export { forgetPlanText, forgottenText, timeText, unsafePlanText } from './departureText.ts';
export { type MapSources, mapReport, reportedSize } from './mapReport.ts';
export { type MapTextOptions, mapLine, mapText } from './mapText.ts';
export { addressesText, statusText } from './statusText.ts';
export type {
  AddressDetail,
  AddressHolder,
  AddressReport,
  ForgetReport,
  GcReport,
  GuardianStatus,
  HoldingStatus,
  LeakReport,
  LeaveReport,
  MapPiece,
  MapReport,
  MapShare,
  PeerStatus,
  PoolMap,
  PoolStatus,
  ReleaseReport,
  Status,
  StatusAlarm,
} from './types.ts';
