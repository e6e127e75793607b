/**
 * A gRPC server on the loopback addresses whose methods take and give bytes. Knows gRPC and its failures, and no
 * message of anyone's.
 *
 * The rule that `Host` must be loopback is for browsers, which cannot speak gRPC: here `:authority` is whatever name a
 * container has for this machine, and all of them are welcome.
 */

import type { Socket } from "node:net";
import { Metadata, Server, ServerCredentials, status as Status } from "@grpc/grpc-js";
import type { sendUnaryData, ServerReadableStream, ServerUnaryCall } from "@grpc/grpc-js";
import { WireError } from "../../formats/protoReader.ts";
import type { MutableCounters, Receiver, ReceiverCounters } from "../receiver.ts";
import { SinkBusy } from "../spanSink.ts";
import { writeRetryInfo } from "./grpcMessages.ts";
import { listenLoopback } from "./listenLoopback.ts";

/** By its path: `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/** What is thrown becomes the call's status. */
export type GrpcMethod =
  | { readonly kind: "unary"; readonly answer: (request: Buffer) => Promise<Uint8Array> }
  | {
      readonly kind: "clientStream";
      readonly answer: (requests: AsyncIterable<Buffer>) => Promise<Uint8Array>;
    };

/** As OTLP recommends, before and after decompression; a client of ours never comes near. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** What one connection may have going on at once: each may hold a message. */
const MAX_CALLS = 100;
const CLOSE_GRACE_MS = 1_000;

/** Rejects with a `BindError`. */
export async function openGrpcServer(
  name: string,
  wantedPort: number,
  methods: GrpcMethods,
  counters: MutableCounters,
): Promise<Receiver> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_concurrent_streams": MAX_CALLS,
    "grpc.enable_channelz": 0,
  });
  for (const [path, method] of Object.entries(methods)) register(server, path, method, counters);

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  let bytesOfClosed = 0;
  const listener = await listenLoopback(wantedPort, socket => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      bytesOfClosed += socket.bytesRead;
    });
    // A sender that goes away in the middle; what it had sent whole is kept.
    socket.on("error", () => undefined);
    injector.injectConnection(socket);
  });
  return {
    name,
    addresses: listener.addresses,
    port: listener.port,
    get counters(): ReceiverCounters {
      const bytes = [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed);
      return { ...counters, bytes };
    },
    async close() {
      listener.close();
      await shutDown(server);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function shutDown(server: Server): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const asIs = (bytes: Buffer): Buffer => bytes;

function register(
  server: Server,
  path: string,
  method: GrpcMethod,
  counters: MutableCounters,
): void {
  const settle = (answer: Promise<Uint8Array>, callback: sendUnaryData<Buffer>): void => {
    counters.requests += 1;
    answer.then(
      bytes => {
        callback(null, Buffer.from(bytes));
      },
      (error: unknown) => {
        const failure = toFailure(error);
        counters.lastReason = failure.details;
        callback(failure);
      },
    );
  };
  switch (method.kind) {
    case "unary": {
      const handle = (
        { request }: ServerUnaryCall<Buffer, Buffer>,
        callback: sendUnaryData<Buffer>,
      ): void => {
        settle(method.answer(request), callback);
      };
      server.register(path, handle, asIs, asIs, "unary");
      break;
    }
    case "clientStream": {
      const handle = (
        call: ServerReadableStream<Buffer, Buffer>,
        callback: sendUnaryData<Buffer>,
      ): void => {
        settle(method.answer(call as AsyncIterable<Buffer>), callback);
      };
      server.register(path, handle, asIs, asIs, "clientStream");
      break;
    }
  }
}

interface GrpcFailure {
  readonly code: Status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** Bad bytes will not get better by being sent again; everything else may be kept the next time. */
function toFailure(error: unknown): GrpcFailure {
  const details = error instanceof Error ? error.message : String(error);
  if (error instanceof WireError) return { code: Status.INVALID_ARGUMENT, details };
  if (!(error instanceof SinkBusy)) return { code: Status.UNAVAILABLE, details };
  const metadata = new Metadata();
  const facts = writeRetryInfo(Status.UNAVAILABLE, details, error.retryAfterMs);
  metadata.set("grpc-status-details-bin", Buffer.from(facts));
  return { code: Status.UNAVAILABLE, details, metadata };
}
