import type { TarEntry } from './tar.ts';

/** A container image: what lies in it, and how it is run. Nobody else's image is beneath it. */
export interface Image {
  /** Such as `localhost/sidecar:1`. */
  readonly name: string;
  /** From the one that changes least to the one that changes most. */
  readonly layers: readonly (readonly TarEntry[])[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `uid:gid`; numbers, so that Kubernetes can tell that it is not root. Default: nobody in particular, 65532. */
  readonly user?: string;
  readonly folder?: string;
}
