import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export type TarEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      readonly source: string;
      readonly bytes: number;
    }
  | { readonly kind: 'text'; readonly path: string; readonly mode?: number; readonly text: string };

/**
 * Writes a tar archive (POSIX ustar) and gives its sha256 and size. Owner, times and order are the caller's or nobody's:
 * the same files give the same bytes.
 */
export async function writeTar(
  file: string,
  entries: readonly TarEntry[],
): Promise<{ sha256: string; bytes: number }> {
  const out = await open(file, 'w');
  const writer = { out, hash: createHash('sha256'), bytes: 0 };
  try {
    for (const entry of entries) await writeEntry(writer, entry);
    await write(writer, Buffer.alloc(2 * block));
  } finally {
    await out.close();
  }
  return { sha256: writer.hash.digest('hex'), bytes: writer.bytes };
}

interface Writer {
  readonly out: FileHandle;
  readonly hash: Hash;
  bytes: number;
}

const block = 512;

async function writeEntry(writer: Writer, entry: TarEntry): Promise<void> {
  switch (entry.kind) {
    case 'folder':
      return write(writer, header(`${entry.path}/`, { type: '5', mode: entry.mode ?? 0o755 }));
    case 'link':
      return write(writer, header(entry.path, { type: '2', mode: 0o777, target: entry.target }));
    case 'text': {
      const content = Buffer.from(entry.text);
      await write(
        writer,
        header(entry.path, { type: '0', mode: entry.mode ?? 0o644, bytes: content.length }),
      );
      await write(writer, content);
      return pad(writer, content.length);
    }
    case 'file': {
      await write(writer, header(entry.path, { type: '0', mode: entry.mode, bytes: entry.bytes }));
      let seen = 0;
      for await (const chunk of createReadStream(entry.source, { highWaterMark: 1 << 20 })) {
        seen += chunk.length;
        await write(writer, chunk);
      }
      if (seen !== entry.bytes) throw new Error(`${entry.source} changed while it was read`);
      return pad(writer, seen);
    }
  }
}

async function write(writer: Writer, data: Buffer): Promise<void> {
  writer.hash.update(data);
  writer.bytes += data.length;
  await writer.out.writeFile(data);
}

const pad = (writer: Writer, bytes: number): Promise<void> =>
  write(writer, Buffer.alloc((block - (bytes % block)) % block));

function header(
  path: string,
  fields: { type: string; mode: number; bytes?: number; target?: string },
): Buffer {
  const { name, prefix } = split(path);
  const buffer = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    buffer.write(value.toString(8).padStart(length - 1, '0'), at);
  buffer.write(name, 0);
  octal(fields.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(fields.bytes ?? 0, 124, 12);
  octal(0, 136, 12);
  buffer.write('        ', 148);
  buffer.write(fields.type, 156);
  buffer.write(fields.target ?? '', 157, 100);
  buffer.write('ustar\x0000', 257, 'latin1');
  buffer.write(prefix, 345);
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return buffer;
}

/** A path of more than 100 bytes is cut at a slash. @throws where there is no such place. */
function split(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== '' && Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155)
      return { name, prefix };
  }
  throw new Error(`a tar archive cannot hold so long a path: ${path}`);
}
