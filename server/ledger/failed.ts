/** Is told of a stream that cannot be read; what it throws ends the work, else the others are gone on with. */
export type Failed = (chain: string, stream: string, error: unknown) => void;

export const rethrow: Failed = (_chain, _stream, error) => {
  throw error;
};
