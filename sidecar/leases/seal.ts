import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * Answers on their way between sidecars are sealed with a key that follows from the request itself: who knows what was
 * asked, by whom and how, can read them, and nobody who only reads the store. The name under which they stand there is
 * another hash of the same and tells nothing.
 */
export class Seal {
  /** Under which the flight stands in the store. */
  readonly name: string;
  readonly #key: Buffer;

  constructor(request: string) {
    this.name = hash('name', request).toString('hex').slice(0, 32);
    this.#key = hash('key', request);
  }

  /** Bound to its flight and its number there: a record that was moved does not open. */
  close(bytes: Buffer, flight: string, number: number): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(place(flight, number));
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when the bytes are not what was sealed. */
  open(sealed: Buffer, flight: string, number: number): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12), { authTagLength: 16 })
      .setAAD(place(flight, number))
      .setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  }
}

const hash = (use: string, request: string): Buffer =>
  createHash('sha256').update(`fourfold flight ${use}\n${request}`).digest();

const place = (flight: string, number: number): Buffer => Buffer.from(`${flight} ${number}`);
