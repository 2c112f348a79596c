/** What we use of the package. Its own types bring those of an S3 client along. */
declare module '@dsnp/parquetjs' {
  interface Field {
    readonly type: string;
    readonly optional?: boolean;
    readonly repeated?: boolean;
    readonly compression?: 'GZIP';
    readonly statistics?: false;
  }
  interface Stream {
    write(bytes: Buffer, done: (error?: Error | null) => void): void;
    end(done: (error?: Error | null) => void): void;
  }
  interface Writer {
    appendRow(row: Record<string, unknown>): Promise<void>;
    close(): Promise<void>;
  }
  interface Reader {
    getCursor(): { next(): Promise<Record<string, unknown> | null> };
    close(): Promise<void>;
  }
  const parquet: {
    readonly ParquetSchema: new (fields: Readonly<Record<string, Field>>) => object;
    readonly ParquetWriter: {
      openStream(
        schema: object,
        stream: Stream,
        options: { rowGroupSize: number; pageSize: number },
      ): Promise<Writer>;
    };
    readonly ParquetReader: { openFile(path: string): Promise<Reader> };
  };
  export default parquet;
}
