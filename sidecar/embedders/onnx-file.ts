import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A table of a model, one row for each word piece, and where in the model's file it is. */
export interface WordTable {
  /** The input by which the model takes rows in its place. */
  readonly name: string;
  readonly type: ElementType;
  readonly rows: number;
  /** Numbers in a row. */
  readonly columns: number;
  /** Of the first row, in bytes. */
  readonly offset: number;
}
type ElementType = keyof typeof bytesOf;
export const bytesOf = { float32: 4, uint8: 1, int8: 1 } as const;

/**
 * An ONNX model whose table of words has become an input: it is given the rows of one text, and as `input_ids` their places
 * among them, and computes the same. Undefined where a model does more with its ids than to look rows up, or where the table is
 * kept in a way that is not known here. `file`: the whole model.
 * @throws RangeError where it ends within a field
 */
export function withoutWordTable(
  file: Uint8Array,
): { readonly model: Uint8Array; readonly table: WordTable } | undefined {
  const graph = fieldsOf(file).find(({ number }) => number === onnx.graph);
  const parts = fieldsOf(graph?.read().bytes() ?? new Uint8Array());
  const name = nameOfTable(parts);
  if (name === undefined) return undefined;
  const tensors = parts.filter(({ number }) => number === onnx.initializer);
  const tensor = tensors.find(({ read }) => textIn(read().bytes(), onnx.tensorName) === name);
  const table = tensor && tableIn(tensor.read().bytes(), name, file);
  // What is kept in other files can be found by the path of this one only, and bytes have none.
  if (table === undefined || tensors.some(({ read }) => integerIn(read().bytes(), onnx.place) !== 0))
    return undefined;
  const rest = parts.filter(
    (part) =>
      part !== tensor &&
      !(part.number === onnx.input && textIn(part.read().bytes(), onnx.inputName) === name),
  );
  const writer = new BinaryWriter();
  for (const field of fieldsOf(file)) {
    if (field.number !== onnx.graph) writer.raw(field.whole);
    else {
      writer.tag(onnx.graph, WireType.LengthDelimited).fork();
      for (const { whole } of rest) writer.raw(whole);
      writeInput(writer, table);
      writer.join();
    }
  }
  return { model: writer.finish(), table };
}

/** Numbers of fields: https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto3 */
const onnx = {
  graph: 7,
  node: 1,
  initializer: 5,
  input: 11,
  nodeInput: 1,
  operator: 4,
  attribute: 5,
  domain: 7,
  attributeInteger: 3,
  attributeGraph: 6,
  attributeGraphs: 11,
  dimensions: 1,
  elementType: 2,
  tensorName: 8,
  rawData: 9,
  /** Anything but 0 is another file. */
  place: 14,
  inputName: 1,
  inputType: 2,
  tensorType: 1,
  shape: 2,
  dimension: 1,
  dimensionValue: 1,
  dimensionName: 2,
} as const;
/** By their numbers in `TensorProto.DataType`. */
const elementTypes: readonly (ElementType | undefined)[] = [undefined, 'float32', 'uint8', 'int8'];

/** What the ids are looked up in, if that is all that is done with them; how many they are may be asked for besides. */
function nameOfTable(graph: readonly Field[]): string | undefined {
  const nodes = graph.filter(({ number }) => number === onnx.node).map(({ read }) => nodeIn(read().bytes()));
  const [lookup, ...more] = nodes.filter(
    (node) => node.inputs.includes('input_ids') && node.operator !== 'Shape',
  );
  if (lookup?.operator !== 'Gather' || lookup.inputs[1] !== 'input_ids' || more.length > 0) return undefined;
  const [table] = lookup.inputs;
  const shared = nodes.some((node) => node !== lookup && node.inputs.includes(table ?? ''));
  // A graph within a node sees the names of this one. The one number that a lookup is given is its axis.
  return shared || nodes.some(({ nested }) => nested) || lookup.integers.some(Boolean) ? undefined : table;
}

function nodeIn(message: Uint8Array) {
  const fields = fieldsOf(message);
  const of = (wanted: number) => fields.filter(({ number }) => number === wanted);
  const attributes = of(onnx.attribute).flatMap(({ read }) => fieldsOf(read().bytes()));
  return {
    inputs: of(onnx.nodeInput).map(({ read }) => read().string()),
    operator: [...of(onnx.domain), ...of(onnx.operator)].map(({ read }) => read().string()).join(''),
    integers: attributes
      .filter(({ number }) => number === onnx.attributeInteger)
      .map(({ read }) => Number(read().int64())),
    nested: attributes.some(
      ({ number }) => number === onnx.attributeGraph || number === onnx.attributeGraphs,
    ),
  };
}

function tableIn(tensor: Uint8Array, name: string, file: Uint8Array): WordTable | undefined {
  const fields = fieldsOf(tensor);
  const [rows = 0, columns = 0, ...more] = fields
    .filter(({ number }) => number === onnx.dimensions)
    .flatMap(({ wire, read }) => integersIn(read(), wire));
  const type =
    elementTypes[
      fields
        .find(({ number }) => number === onnx.elementType)
        ?.read()
        .int32() ?? 0
    ];
  const data = fields
    .find(({ number }) => number === onnx.rawData)
    ?.read()
    .bytes();
  if (type === undefined || data === undefined || more.length > 0) return undefined;
  if (data.length === 0 || data.length !== rows * columns * bytesOf[type]) return undefined;
  return { name, type, rows, columns, offset: data.byteOffset - file.byteOffset };
}

/** Of a repeated field, which is one of them or all in one. */
function integersIn(reader: BinaryReader, wire: WireType): number[] {
  const end = wire === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.len;
  const found: number[] = [];
  while (reader.pos < end) found.push(Number(reader.int64()));
  return found;
}

function writeInput(writer: BinaryWriter, { name, type, columns }: WordTable): void {
  const message = (number: number) => writer.tag(number, WireType.LengthDelimited).fork();
  message(onnx.input).tag(onnx.inputName, WireType.LengthDelimited).string(name);
  message(onnx.inputType);
  message(onnx.tensorType).tag(1, WireType.Varint).int32(elementTypes.indexOf(type));
  message(onnx.shape);
  message(onnx.dimension).tag(onnx.dimensionName, WireType.LengthDelimited).string('pieces').join();
  message(onnx.dimension).tag(onnx.dimensionValue, WireType.Varint).int64(columns).join();
  writer.join().join().join().join();
}

const fieldIn = (message: Uint8Array, number: number) =>
  fieldsOf(message).find((field) => field.number === number);
const textIn = (message: Uint8Array, number: number) => fieldIn(message, number)?.read().string();
const integerIn = (message: Uint8Array, number: number) => fieldIn(message, number)?.read().int32() ?? 0;

interface Field {
  readonly number: number;
  readonly wire: WireType;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** From the beginning of its value. */
  readonly read: () => BinaryReader;
}

function fieldsOf(message: Uint8Array): Field[] {
  const reader = new BinaryReader(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wire] = reader.tag();
    const value = reader.skip(wire, number);
    fields.push({
      number,
      wire,
      whole: message.subarray(start, reader.pos),
      read: () => new BinaryReader(value),
    });
  }
  return fields;
}
