import type { Rule } from '../rule.ts';
import { budget } from './budget.ts';
import { container } from './container.ts';
import { labelled } from './labelled.ts';
import { pullSecrets } from './pull-secrets.ts';
import { routed } from './routed.ts';
import { started } from './started.ts';
import { status } from './status.ts';
import { volumes } from './volumes.ts';

/**
 * In this order: the budget grows once, when the container is not there yet; the container reads where the applications sent
 * their requests before they are routed to it.
 */
export const rules: readonly Rule[] = [
  started,
  budget,
  container,
  volumes,
  pullSecrets,
  routed,
  labelled,
  status,
];
