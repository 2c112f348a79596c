import { ApiObject } from 'cdk8s';
import { definition } from '../../crds/definition.ts';
import type { InstallObject } from './install.ts';

/** First of all: nothing else of the installation needs it, and whatever declares a SemanticCache does. */
export const customResource: InstallObject = (chart) => {
  new ApiObject(chart, 'custom-resource', structuredClone(definition));
};
