import { missing, nodePrograms, onPath } from '../programs.ts';
import { cniFolder } from './files.ts';

/** Why no node can be started on this machine, or nothing. */
export function whyNoNode(): string | undefined {
  if (process.platform !== 'linux') return `a node needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'a node needs root';
  const absent = tools.filter((tool) => onPath(tool) === undefined && onPath(tool, sbin) === undefined);
  if (cniFolder() === undefined) absent.push('CNI plugins');
  if (absent.length > 0) return `${absent.join(', ')} not found: apt-get install ${packages.join(' ')}`;
  const programs = missing(nodePrograms);
  if (programs.length > 0) return `${programs.join(', ')}: run npm run fetch -- kubernetes`;
  return undefined;
}

const tools = ['containerd', 'ctr', 'runc', 'nft', 'ip', 'nsenter', 'sysctl', 'mount', 'busybox'];
const sbin = { PATH: '/usr/local/sbin:/usr/sbin:/sbin' };
const packages = [
  'containerd',
  'runc',
  'containernetworking-plugins',
  'nftables',
  'iproute2',
  'busybox-static',
];
