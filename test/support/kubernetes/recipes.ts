import { type Program, versions } from './programs.ts';

/** How programs come out of a Go module: a module of our own that requires theirs, and one build for each program. */
export interface Recipe {
  /** The module and its version, which `go` verifies by its checksum database. */
  readonly module: string;
  readonly version: string;
  readonly programs: readonly { readonly name: Program; readonly package: string }[];
  /** Flags for the linker, beside those that leave debug information out. */
  readonly link?: readonly string[];
  /** Given the module's own go.mod: further lines for ours. */
  readonly replace?: (theirs: string) => readonly string[];
  /** A main package of our own, instead of one of theirs. */
  readonly main?: string;
}

const kubernetes = versions['kube-apiserver'];
const [, minor = '', patch = ''] = kubernetes.split('.');
const stamp = 'k8s.io/component-base/version';

/** CoreDNS with the plugins that a cluster needs and no others: a third of the time and of the size. */
const coredns = `package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
)

func main() {
	dnsserver.Directives = []string{"errors", "ready", "cache", "kubernetes"}
	coremain.Run()
}
`;

export const recipes: readonly Recipe[] = [
  {
    module: 'go.etcd.io/etcd/server/v3',
    version: versions.etcd,
    programs: [{ name: 'etcd', package: 'go.etcd.io/etcd/server/v3' }],
  },
  {
    module: 'k8s.io/kubernetes',
    version: kubernetes,
    programs: (
      [
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'kube-proxy',
        'kubelet',
        'kubectl',
      ] as const
    ).map((name) => ({ name, package: `k8s.io/kubernetes/cmd/${name}` })),
    link: [
      `-X ${stamp}.gitVersion=v${kubernetes}`,
      `-X ${stamp}.gitMajor=1`,
      `-X ${stamp}.gitMinor=${minor}`,
    ],
    // It replaces its staging modules by folders of its own tree; seen from outside, each is the published module.
    replace: (theirs) =>
      [...new Set(theirs.match(/k8s\.io\/[a-z0-9-]+ => \.\/staging/g) ?? [])].map((line) => {
        const name = line.split(' ')[0];
        return `replace ${name} => ${name} v0.${minor}.${patch}`;
      }),
  },
  {
    module: 'github.com/coredns/coredns',
    version: versions.coredns,
    programs: [{ name: 'coredns', package: '.' }],
    main: coredns,
  },
  {
    module: 'helm.sh/helm/v3',
    version: versions.helm,
    programs: [{ name: 'helm', package: 'helm.sh/helm/v3/cmd/helm' }],
    link: [`-X helm.sh/helm/v3/internal/version.version=v${versions.helm}`],
  },
];
