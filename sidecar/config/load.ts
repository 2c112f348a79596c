import { check } from '../../crds/check.ts';
import { type Environment, readEnvironment } from '../../crds/environment.ts';
import { fields, type Node } from '../../crds/node.ts';
import { isUnderstood, parse, placeOf, type Source, understood } from '../../crds/parse.ts';
import { type Settings, unusable } from '../../crds/settings.ts';
import { circles } from './circles.ts';
import { missing, readFileSource, unreadable } from './file.ts';

/** Thrown for a configuration that cannot be used; `faults` has one line for each reason. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * The settings of this process: the file that `FOURFOLD_CONFIG` names, and above it the environment.
 * @throws ConfigurationError with every fault, never only the first.
 */
export async function loadSettings(env: Environment): Promise<Settings> {
  const mayBeMissing = env.FOURFOLD_CONFIG_OPTIONAL === 'true';
  const file = await fileOf(env.FOURFOLD_CONFIG, mayBeMissing);
  const environment = environmentOf(env);
  const sources = [file.source, environment.source].filter((source) => source !== undefined);
  const { settings, faults = [] } = parse(...sources);
  const all = [
    ...(file.faults ?? []),
    ...environment.faults,
    ...faults,
    ...(await tokenFaults(settings, sources, mayBeMissing)),
    ...(mayBeMissing ? [] : circularFaults(settings, sources)),
  ];
  if (settings === undefined || all.length > 0) throw new ConfigurationError(all);
  return environment.applied(settings, sources);
}

/** Settings to begin with. `faults`: those of a file of which not all can be used. */
export interface Beginning {
  readonly settings: Settings;
  readonly faults?: readonly string[];
}

/**
 * The same for a process that begins. In a pod the file is the operator's, which may be of a newer version than this one:
 * then the application goes on, and requests are only forwarded. Which fields are safe to leave out nobody here can know.
 * @throws ConfigurationError also where the file does not say clearly where requests go.
 */
export async function beginningSettings(env: Environment): Promise<Beginning> {
  try {
    return { settings: await loadSettings(env) };
  } catch (error) {
    if (!(error instanceof ConfigurationError) || env.FOURFOLD_CONFIG_OPTIONAL !== 'true') throw error;
    const file = await fileOf(env.FOURFOLD_CONFIG, true);
    const environment = environmentOf(env);
    if (file.source === undefined || environment.faults.length > 0) throw error;
    const { settings } = parse(understood(file.source), environment.source);
    if (settings === undefined || !isUnderstood(file.source, 'upstreams')) throw error;
    const applied = environment.applied(settings, [file.source, environment.source]);
    return { settings: { ...applied, mode: 'off' }, faults: error.faults };
  }
}

/**
 * The environment; `applied` is for settings that were read with its source. The base URLs of an injected process are the
 * application's own, and an SDK may take what a proxy cannot: then it starts all the same, requests that would go there are
 * answered with what is wrong, and none goes elsewhere instead.
 */
function environmentOf(env: Environment) {
  const { source, faults } = readEnvironment(env);
  const inPod = env.FOURFOLD_CONFIG_OPTIONAL === 'true';
  const broken = inPod ? takeBroken(source) : {};
  const applied = (settings: Settings, sources: readonly Source[]): Settings => {
    const circular = inPod ? circles(settings, sources) : [];
    const back = circular.map(({ provider, fault }) => [provider, `${unusable}${fault}`]);
    return { ...settings, upstreams: { ...settings.upstreams, ...Object.fromEntries(back), ...broken } };
  };
  return { source, faults, applied };
}

function circularFaults(settings: Settings | undefined, sources: readonly Source[]): string[] {
  if (settings === undefined) return [];
  return circles(settings, sources).map(({ fault, url }) => `${fault}, found ${JSON.stringify(url)}`);
}

/** Takes the base URLs that cannot be used out of a source. */
function takeBroken({ value, place }: Source): Record<string, string> {
  const { upstreams = {} } = value as { upstreams?: Record<string, unknown> };
  const broken: Record<string, string> = {};
  for (const [provider, url] of Object.entries(upstreams)) {
    const path = ['upstreams', provider];
    const [fault] = check(fields.get(path.join('.')) as Node, url, place, path);
    if (fault === undefined) continue;
    // Without what was found, which clients would be told.
    broken[provider] = `${unusable}${fault.slice(0, fault.lastIndexOf(', found '))}`;
    delete upstreams[provider];
  }
  return broken;
}

/** In a pod a file may come later than the process: until then it says nothing, and is looked for again and again. */
async function fileOf(
  path: string | undefined,
  mayBeMissing: boolean,
): Promise<{ source?: Source; faults?: readonly string[] }> {
  if (path === undefined) return {};
  if (mayBeMissing && (await unreadable(path)) === missing) return {};
  if (path === '') return { faults: ['FOURFOLD_CONFIG: expected the path of a YAML or JSON file, found ""'] };
  return readFileSource(path);
}

/** The path is not printed: it may be the token, put where its file should be named. */
async function tokenFaults(
  settings: Settings | undefined,
  sources: readonly Source[],
  mayBeMissing: boolean,
): Promise<string[]> {
  const found =
    settings?.adminTokenFile === undefined ? undefined : await unreadable(settings.adminTokenFile);
  return found === undefined || (mayBeMissing && found === missing)
    ? []
    : [`${placeOf('adminTokenFile', sources)}: expected the path of a readable file, found ${found}`];
}
