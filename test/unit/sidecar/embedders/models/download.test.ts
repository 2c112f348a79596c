import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelFile } from '../../../../../sidecar/models/catalogue.ts';
import { type DownloadOptions, download } from '../../../../../sidecar/models/download.ts';
import { partOf } from '../../../../../sidecar/models/part-file.ts';
import { type FileServer, fileServer } from './file-server.ts';

const bytes = randomBytes(300_000);
const file: ModelFile = {
  name: 'model.onnx',
  path: 'model.onnx',
  entry: '',
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
};

let folder: string;
let target: string;
let server: FileServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  target = join(folder, file.name);
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (options: Partial<DownloadOptions> = {}) =>
  download(`${server?.base}/model.onnx`, target, file, {
    progress: () => {},
    signal: new AbortController().signal,
    ...options,
  });

test('brings a file, tells how far it is, and leaves nothing else behind', async () => {
  server = await fileServer({ '/model.onnx': bytes });
  const steps: number[] = [];
  await get({ progress: ({ done, total }) => steps.push(done / total) });
  expect(readFileSync(target)).toEqual(bytes);
  expect(readdirSync(folder)).toEqual([file.name]);
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

describe('a repeat', () => {
  test('goes on where a broken connection stopped', async () => {
    let first = true;
    server = await fileServer({ '/model.onnx': bytes }, (_, response) => {
      if (!first) return false;
      first = false;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      return true;
    });
    await expect(get()).rejects.toThrow();
    await get();
    expect(readFileSync(target)).toEqual(bytes);
    expect(server.requests).toEqual(['/model.onnx whole', '/model.onnx bytes=100000-']);
  });

  test('takes over what an ended process left', async () => {
    server = await fileServer({ '/model.onnx': bytes });
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    writeFileSync(`${target}.${hostname()}.${ended.pid}.part`, bytes.subarray(0, 200_000));
    await get();
    expect(server.requests).toEqual(['/model.onnx bytes=200000-']);
    expect(readdirSync(folder)).toEqual([file.name]);
  });

  test('leaves alone what a living process writes, and what another host wrote a moment ago', async () => {
    server = await fileServer({ '/model.onnx': bytes });
    const alive = `${target}.${hostname()}.${process.ppid}.part`;
    const elsewhere = `${target}.other-host.1.part`;
    for (const part of [alive, elsewhere]) writeFileSync(part, bytes.subarray(0, 10));
    await get();
    expect(server.requests).toEqual(['/model.onnx whole']);
    expect(readdirSync(folder)).toHaveLength(3);
    const longAgo = Date.now() / 1000 - 600;
    utimesSync(elsewhere, longAgo, longAgo);
    await get();
    expect(server.requests.at(-1)).toBe('/model.onnx bytes=10-');
  });

  test('begins again when the kept beginning was of other bytes', async () => {
    server = await fileServer({ '/model.onnx': bytes });
    writeFileSync(partOf(target), randomBytes(1000));
    await get();
    expect(readFileSync(target)).toEqual(bytes);
    expect(server.requests).toEqual(['/model.onnx bytes=1000-', '/model.onnx whole']);
  });

  test('goes on behind a redirection to another host, as Hugging Face answers', async () => {
    const store = await fileServer({ '/model.onnx': bytes });
    server = await fileServer({}, (_, response) => {
      response.writeHead(302, { location: `${store.base}/model.onnx` }).end();
      return true;
    });
    writeFileSync(partOf(target), bytes.subarray(0, 1000));
    await get();
    expect(store.requests).toEqual(['/model.onnx bytes=1000-']);
    expect(readFileSync(target)).toEqual(bytes);
    await store.close();
  });

  test('takes the whole file from a server without ranges', async () => {
    server = await fileServer({}, (_, response) => {
      response.writeHead(200).end(bytes);
      return true;
    });
    writeFileSync(partOf(target), bytes.subarray(0, 1000));
    await get();
    expect(readFileSync(target)).toEqual(bytes);
  });

  test('asks for nothing when the whole file is there but for its name', async () => {
    server = await fileServer({ '/model.onnx': bytes });
    writeFileSync(partOf(target), bytes);
    await get();
    expect(server.requests).toEqual([]);
    expect(readFileSync(target)).toEqual(bytes);
  });
});

describe('refuses', () => {
  test('other bytes, with both sums', async () => {
    server = await fileServer({ '/model.onnx': randomBytes(bytes.length) });
    await expect(get()).rejects.toThrow(new RegExp(`^sha256 [0-9a-f]{64} instead of ${file.sha256}$`));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a shorter file, and does not take it for an interrupted one for ever', async () => {
    server = await fileServer({ '/model.onnx': bytes.subarray(0, 1000) });
    await expect(get()).rejects.toThrow('1000 bytes instead of 300000');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a longer one, before it fills the disk', async () => {
    let sent = 0;
    server = await fileServer({}, (_, response) => {
      response.writeHead(200);
      const more = () => {
        sent += 100_000;
        if (!response.destroyed && response.write(Buffer.alloc(100_000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
      return true;
    });
    await expect(get()).rejects.toThrow('more than the expected 300000 bytes');
    expect(sent).toBeLessThan(50_000_000);
  });

  test('a status other than 200', async () => {
    server = await fileServer({});
    await expect(get()).rejects.toThrow('status 404');
  });
});

describe('never hangs', () => {
  test('on a server that takes the connection and says nothing', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const options = { progress: () => {}, signal: new AbortController().signal, answerMs: 100 };
    await expect(download(`http://127.0.0.1:${port}/x`, target, file, options)).rejects.toThrow(
      'no answer within 0.1 s',
    );
    silent.close();
  });

  test('on a body that stops', async () => {
    server = await fileServer({}, (_, response) => {
      response.writeHead(200).write(bytes.subarray(0, 1000));
      return true;
    });
    await expect(get({ stallMs: 100 })).rejects.toThrow('nothing received for 0.1 s');
  });

  test('on a closed port', async () => {
    const options = { progress: () => {}, signal: new AbortController().signal };
    await expect(download('http://127.0.0.1:1/x', target, file, options)).rejects.toThrow(
      /ECONNREFUSED|bad port/,
    );
  });

  test('after the caller lost interest', async () => {
    server = await fileServer({}, () => true);
    const caller = new AbortController();
    setTimeout(() => caller.abort(new Error('closing')), 50);
    await expect(get({ signal: caller.signal })).rejects.toThrow('closing');
  });
});

test('two processes that fetch at once both end with the right file', async () => {
  server = await fileServer({}, (_, response) => {
    response.writeHead(200);
    // Slow enough for both to be in the middle of it.
    let at = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(at, at + 30_000));
      at += 30_000;
      if (at >= bytes.length) {
        clearInterval(timer);
        response.end();
      }
    }, 30);
    return true;
  });
  const script = `
    import { download } from ${JSON.stringify(join(import.meta.dirname, '../../../../../sidecar/models/download.ts'))};
    await download(${JSON.stringify(`${server.base}/model.onnx`)}, ${JSON.stringify(target)}, ${JSON.stringify(file)},
      { progress() {}, signal: new AbortController().signal });`;
  const codes = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
      return (await once(child, 'exit'))[0];
    }),
  );
  expect(codes).toEqual([0, 0]);
  expect(server.requests).toHaveLength(2);
  expect(readFileSync(target)).toEqual(bytes);
  expect(readdirSync(folder)).toEqual([file.name]);
});
