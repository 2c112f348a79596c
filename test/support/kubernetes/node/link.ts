import { writeFile } from 'node:fs/promises';
import { type Link, linkFile, linkOf, type Place } from './place.ts';
import { shell, tolerant } from './shell.ts';

/** Addresses 10.99.0.0 to 10.99.63.0 are tried. */
const most = 64;

/**
 * A network namespace with one cable to this machine: the API server and node ports are reached from here, and two
 * clusters with the same pod and Service addresses do not meet. Nothing routes further: pods reach no internet.
 */
export async function openNetwork(place: Place): Promise<Link> {
  await shell('ip', 'netns', 'add', place.label);
  const link = await plugIn(place);
  await writeFile(linkFile(place), String(link.index));
  const inside = (...args: string[]) => shell('ip', '-n', place.label, ...args);
  await shell('ip', 'address', 'add', `${link.machine}/24`, 'dev', cable(link.index));
  await shell('ip', 'link', 'set', cable(link.index), 'up');
  await inside('link', 'set', 'lo', 'up');
  await inside('address', 'add', `${link.node}/24`, 'dev', 'uplink');
  await inside('link', 'set', 'uplink', 'up');
  await inside('route', 'add', 'default', 'via', link.machine);
  await shell('nsenter', `--net=/run/netns/${place.label}`, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  return link;
}

/** Making the interface is what reserves the number: of two at once, one fails and takes the next. */
async function plugIn(place: Place): Promise<Link> {
  let refusal: unknown;
  for (let index = 0; index < most; index++) {
    try {
      const peer = ['peer', 'name', 'uplink', 'netns', place.label];
      await shell('ip', 'link', 'add', cable(index), 'type', 'veth', ...peer);
      return linkOf(index);
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** The cable goes with the namespace that holds its other end. */
export const closeNetwork = (place: Place): Promise<string> => tolerant('ip', 'netns', 'delete', place.label);

const cable = (index: number) => `fourfold${index}`;
