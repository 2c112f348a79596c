import { expect, test } from 'vitest';
import { progressTo } from '../../../../../sidecar/models/progress.ts';

function recorded(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const progress = progressTo({ isTTY, write: (text) => written.push(text) }, () => time);
  const at = (ms: number, done: number) => {
    time = ms;
    progress({ what: 'model', done, total: 20e6 });
  };
  return { at, written };
}

test('a terminal has one line that changes', () => {
  const { at, written } = recorded(true);
  at(0, 1e6);
  at(50, 2e6);
  at(200, 5e6);
  at(250, 20e6);
  expect(written).toEqual([
    '\r\x1b[2Kmodel  1.0 of 20.0 MB  5 %',
    '\r\x1b[2Kmodel  5.0 of 20.0 MB  25 %',
    '\r\x1b[2Kmodel  20.0 of 20.0 MB  100 %\n',
  ]);
});

test('a log has a line every few seconds, and the last one', () => {
  const { at, written } = recorded(false);
  at(0, 1e6);
  at(2000, 2e6);
  at(3500, 5e6);
  at(3600, 20e6);
  expect(written).toEqual([
    'model  1.0 of 20.0 MB  5 %\n',
    'model  5.0 of 20.0 MB  25 %\n',
    'model  20.0 of 20.0 MB  100 %\n',
  ]);
});
