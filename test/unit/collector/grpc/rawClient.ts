/** A gRPC client that sends bytes as they are: for what no SDK would send. */

import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";

export type RawAnswer =
  | { readonly code: 0; readonly bytes: Buffer }
  | { readonly code: number; readonly details: string; readonly metadata: Metadata };

const asIs = (bytes: Buffer): Buffer => bytes;
const deadline = (): { deadline: number } => ({ deadline: Date.now() + 20_000 });

export function openRawClient(address: string, options: Record<string, number> = {}) {
  const client = new Client(address, credentials.createInsecure(), {
    // A connection of its own, not one that another client of this port waits to make again.
    "grpc.use_local_subchannel_pool": 1,
    ...options,
  });
  const settle =
    (resolve: (answer: RawAnswer) => void) =>
    (error: ServiceError | null, bytes?: Buffer): void => {
      resolve(
        error === null
          ? { code: 0, bytes: bytes! }
          : { code: error.code, details: error.details, metadata: error.metadata },
      );
    };
  return {
    call: (
      path: string,
      request: Uint8Array,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<RawAnswer> =>
      new Promise(resolve => {
        const metadata = new Metadata();
        for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
        client.makeUnaryRequest(
          path,
          asIs,
          asIs,
          Buffer.from(request),
          metadata,
          deadline(),
          settle(resolve),
        );
      }),
    stream: (path: string, requests: readonly Uint8Array[]): Promise<RawAnswer> =>
      new Promise(resolve => {
        const stream = client.makeClientStreamRequest(
          path,
          asIs,
          asIs,
          deadline(),
          settle(resolve),
        );
        for (const request of requests) stream.write(Buffer.from(request));
        stream.end();
      }),
    /** A stream that is left in the middle. */
    abandon: (path: string, requests: readonly Uint8Array[]): Promise<void> =>
      new Promise(resolve => {
        const stream = client.makeClientStreamRequest(path, asIs, asIs, deadline(), () => {
          resolve();
        });
        let left = requests.length;
        for (const request of requests) {
          stream.write(Buffer.from(request), () => {
            left -= 1;
            if (left === 0) stream.cancel();
          });
        }
      }),
    close: (): void => {
      client.close();
    },
  };
}
