import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alerts } from '../../cdk8s/monitoring/alerts.ts';
import { dashboard } from '../../cdk8s/monitoring/dashboard.ts';
import { operatorApp } from '../../operator/app.ts';
import { Metrics } from '../../operator/metrics.ts';
import { startSidecar } from '../support/sidecar.ts';

/** What alerts and dashboard ask for is what a sidecar and the operator show. */
const shown = new Set<string>();
let exposition = '';

beforeAll(async () => {
  const sidecar = await startSidecar({});
  const readings = { leads: false, depth: 0, activeWorkers: 0, workers: 0, caches: 0, quietSeconds: 0 };
  const health = () => ({ ok: true, detail: {} });
  const operator = operatorApp({ metrics: new Metrics(() => readings), live: health, ready: health });
  await operator.listen({ host: '127.0.0.1', port: 0 });
  const { port } = operator.server.address() as AddressInfo;
  for (const url of [sidecar.adminUrl, `http://127.0.0.1:${port}`])
    exposition += await (await fetch(`${url}/metrics`)).text();
  await operator.close();
  await sidecar.close();
  for (const [, name = '', type = ''] of exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    shown.add(name);
    if (type === 'histogram') for (const end of ['bucket', 'sum', 'count']) shown.add(`${name}_${end}`);
  }
}, 60_000);
afterAll(() => shown.clear());

interface Drawn {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}
const { panels } = dashboard() as { readonly panels: readonly Drawn[] };
const asked: [string, string][] = [
  ...alerts.map(({ name, expr }): [string, string] => [name, expr]),
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }, at): [string, string] => [`${title} (${at + 1})`, expr]),
  ),
];

it.each(asked)('%s asks for metrics that are there', (_, expr) => {
  const names = metricsIn(expr);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(shown, name).toContain(name);
});

it.each(asked)('%s is well-formed as far as brackets go', (_, expr) => {
  let open: string[] = [];
  for (const sign of expr.replaceAll(/"[^"]*"/g, '')) {
    if ('([{'.includes(sign)) open.push(sign);
    else if (')]}'.includes(sign)) expect(open.pop()).toBe('([{'[')]}'.indexOf(sign)]);
  }
  expect(open).toEqual([]);
  open = [];
});

it('no two panels lie on each other', () => {
  const taken = new Set<string>();
  for (const {
    gridPos: { x, y, w, h },
    title,
  } of panels) {
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column++)
      for (let row = y; row < y + h; row++) {
        expect(taken, title).not.toContain(`${column},${row}`);
        taken.add(`${column},${row}`);
      }
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

/** Names in front of `{`, `[` or `)`; labels stand inside braces or after `by`. */
function metricsIn(expr: string): string[] {
  const plain = expr.replaceAll(/\{[^}]*\}/g, '{}').replaceAll(/\b(by|on) \([^)]*\)/g, '');
  return [...plain.matchAll(/\b([a-z][a-z0-9_]*_[a-z0-9_]+)\b(?! ?\()/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== '__rate_interval');
}
