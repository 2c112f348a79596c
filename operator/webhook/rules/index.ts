import type { Rule } from '../rule.ts';
import { container } from './container.ts';
import { labelled } from './labelled.ts';
import { pullSecrets } from './pull-secrets.ts';
import { routed } from './routed.ts';
import { started } from './started.ts';
import { status } from './status.ts';
import { volumes } from './volumes.ts';

/** In this order: the container reads where the applications sent their requests before they are routed to it. */
export const rules: readonly Rule[] = [started, container, volumes, pullSecrets, routed, labelled, status];
