import type { KeptPod } from './kept.ts';

/** A running pod that would be another one if it were made now. */
export interface Outdated {
  readonly pod: KeptPod;
  readonly because: Because;
}

export type Because = 'image' | 'configuration' | 'uninjected';

/** What a pod that is made now gets. */
export interface Wanted {
  readonly image: string;
  readonly startHash: string;
}

export function outdatedOf(
  injected: readonly KeptPod[],
  uninjected: readonly KeptPod[],
  wanted: Wanted,
): Outdated[] {
  return [
    ...injected.flatMap((pod) => (isCurrent(pod, wanted) ? [] : [{ pod, because: why(pod, wanted) }])),
    ...uninjected.map((pod): Outdated => ({ pod, because: 'uninjected' })),
  ];
}

/** A pod of an operator before this, or whose sidecar stood in its manifest, carries no hash: its image tells. */
const isCurrent = ({ startHash, images }: KeptPod, wanted: Wanted): boolean =>
  startHash === undefined ? images.includes(wanted.image) : startHash === wanted.startHash;

const why = ({ images }: KeptPod, { image }: Wanted): Because =>
  images.includes(image) ? 'configuration' : 'image';

/** `Pods: 2 with an older image of the sidecar (a, b).` */
export function inWords(outdated: readonly Outdated[]): string {
  const said = Object.entries(phrases).flatMap(([because, phrase]) => {
    const names = outdated.filter((each) => each.because === because).map(({ pod }) => pod.metadata.name);
    return names.length === 0 ? [] : [`${names.length} ${phrase} (${someOf(names)})`];
  });
  return `Pods: ${said.join('; ')}.`;
}

const phrases: Readonly<Record<Because, string>> = {
  image: 'with an older image of the sidecar',
  configuration: 'with an older configuration that only a start takes up',
  uninjected: 'without the sidecar that they ask for',
};

const mostNamed = 3;

function someOf(names: readonly string[]): string {
  const some = names.toSorted().slice(0, mostNamed).join(', ');
  return names.length <= mostNamed ? some : `${some} and ${names.length - mostNamed} more`;
}
