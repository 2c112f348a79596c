import Type from 'typebox';

/** Amounts of CPU, memory and storage in every form that the API server takes; our own fields take those of `amountPattern`. */
const form = /^\+?([0-9]+\.?[0-9]*|\.[0-9]+)(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei|[eE][+-]?[0-9]{1,3})?$/;

export const amountPattern = '^[0-9]{1,15}(\\.[0-9]{1,9})?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$';

const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes or cores. @throws Error for a text that is no amount: the API server lets none pass. */
export function amount(value: string | number): number {
  const [, count, suffix] = form.exec(String(value)) ?? [];
  if (count === undefined) throw new Error(`expected an amount such as 500m, 2 or 1Gi, found ${value}`);
  return Number(count) * (suffix === undefined ? 1 : (factors[suffix] ?? Number(`1${suffix}`)));
}

/** A field that holds one. `least` and its message are said once, in CEL, where the API server can say them to a person. */
export function amountField(options: {
  description: string;
  default?: string;
  least: string;
  example: string;
}) {
  const { least, example, ...rest } = options;
  return Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: amountPattern })], {
    ...rest,
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
    'x-kubernetes-validations': [
      {
        rule: `string(self).matches('${amountPattern.replaceAll('\\', '\\\\')}') && quantity(string(self)).compareTo(quantity('${least}')) >= 0`,
        message: `must be an amount of at least ${least}, such as ${example}`,
      },
    ],
    range: `amount of at least ${least}`,
  });
}
