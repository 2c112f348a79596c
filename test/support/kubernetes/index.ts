import { part } from '../require.ts';
import { controlPlane, missing } from './programs.ts';

export type { ApiServerOptions } from './api-flags.ts';
export { type ApiServer, type AuditEvent, startApiServer } from './api-server.ts';
export type { Answer, Asked } from './http.ts';

/** For `describe.skipIf(!apiServerIsHere())`. @throws where `cluster` is required and missing. */
export function apiServerIsHere(): boolean {
  const absent = missing(controlPlane);
  return part('cluster', absent.length === 0, `${absent.join(', ')}: run npm run fetch -- kubernetes`);
}
