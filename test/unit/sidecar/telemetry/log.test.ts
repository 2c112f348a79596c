import { describe, expect, it } from 'vitest';
import { logLine, logTo } from '../../../../sidecar/telemetry/log.ts';

function written(level = 'info') {
  const lines: string[] = [];
  return { lines, log: logTo({ write: (line) => void lines.push(line) }, level) };
}

describe('the line of a request', () => {
  it.each([
    ['plain', { method: 'POST', status: 200, complete: true, milliseconds: 0.05 }],
    ['with what is not known', { dialect: undefined, similarity: 1, entry: undefined }],
    ['with nothing known', { dialect: undefined }],
    ['with characters that JSON escapes', { model: 'a "b" \\ \n \u0001 ü 漢 😀', path: '/ /\u007f/\u2028' }],
    ['with a long text', { model: '"m" '.repeat(64) }],
  ])('%s reads as pino writes it', (_, fields) => {
    const { lines, log } = written();
    const child = log.child({ pod: 'a' });
    const withoutTime = (line: string | undefined) => line?.replace(/"time":"[\d:.TZ-]+",/, '"time",');
    for (const each of [log, child]) {
      each.info(fields, 'request');
      logLine(each, fields, 'request');
      const [theirs, ours] = lines.splice(0).map(withoutTime);
      expect(theirs).toContain('"time",');
      expect(ours).toBe(theirs);
    }
  });

  it('is written at its level only, as that is now', () => {
    const { lines, log } = written('warn');
    logLine(log, { status: 200 }, 'request');
    expect(lines).toEqual([]);
    log.level = 'info';
    logLine(log, { status: 200 }, 'request');
    expect(lines.length).toBe(1);
  });
});
