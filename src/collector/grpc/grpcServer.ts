/**
 * A gRPC server on the loopback addresses whose methods take and give bytes. Knows gRPC and its failures, and no
 * message of anyone's.
 *
 * The rule that `Host` must be loopback is for browsers, which cannot speak gRPC: here `:authority` is whatever name a
 * container has for this machine, and all of them are welcome.
 */

import { createServer, type AddressInfo, type Socket } from "node:net";
import { Metadata, Server, ServerCredentials, status as Status } from "@grpc/grpc-js";
import type {
  sendUnaryData,
  ServerReadableStream,
  ServerUnaryCall,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { reasonOf } from "../../model/failure.ts";
import { WireError } from "../../formats/protoReader.ts";
import { bindLoopback, type Binding } from "../bindLoopback.ts";
import type { IngestTarget } from "../ingestTarget.ts";
import type { MutableCounters, Receiver, ReceiverCounters } from "../receiver.ts";
import { SinkBusy } from "../../model/spanSink.ts";
import { writeRetryInfo } from "./grpcMessages.ts";

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
/** Of each address. */
const MAX_CONNECTIONS = 512;
/** For what is being kept when the receiver is closed. */
const CLOSE_MS = 2_000;

/** What the gRPC receivers are opened with. */
export interface GrpcReceiverOptions {
  /** By which its owner knows it. */
  readonly name: string;
  /** 0: any that is free on both addresses. */
  readonly port: number;
  readonly target: IngestTarget;
  /** What should not have happened; the sender may try again. */
  readonly onBug?: (error: unknown) => void;
}

/** Rejects with a `BindError` where the port cannot be had. */
export async function openGrpcServer(
  options: Omit<GrpcReceiverOptions, "target">,
  methods: GrpcMethods,
  counters: MutableCounters,
): Promise<Receiver> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_concurrent_streams": MAX_CALLS,
    "grpc.enable_channelz": 0,
  });
  const onFailure = (error: unknown): GrpcFailure => {
    const failure = toFailure(error);
    counters.lastReason = failure.details;
    if (!isExpected(error)) options.onBug?.(error);
    return failure;
  };
  for (const [path, method] of Object.entries(methods)) {
    register(server, path, method, (answer, callback) => {
      answer.then(
        bytes => {
          callback(null, Buffer.from(bytes));
        },
        (error: unknown) => {
          callback(onFailure(error));
        },
      );
    });
  }

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  let bytesOfClosed = 0;
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      bytesOfClosed += socket.bytesRead;
    });
    // A sender that goes away in the middle; what it had sent whole is kept.
    socket.on("error", () => undefined);
    injector.injectConnection(socket);
  };
  const bindings = await bindLoopback(options.port, (address, port) =>
    listen(accept, address, port),
  );
  return {
    name: options.name,
    addresses: bindings.map(({ address }) => address),
    port: bindings[0]?.port ?? options.port,
    get counters(): ReceiverCounters {
      const bytes = [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed);
      return { ...counters, bytes };
    },
    async close() {
      const closed = Promise.all(bindings.map(binding => binding.close()));
      await shutDown(server);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A server of our own, for gRPC's tells in words, not by a code, why it cannot have a port. */
function listen(accept: (socket: Socket) => void, address: string, port: number): Promise<Binding> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, accept);
    server.maxConnections = MAX_CONNECTIONS;
    server.on("error", reject);
    server.listen({ host: address, port, ipv6Only: address !== "127.0.0.1" }, () => {
      resolve({
        ...(server.address() as AddressInfo),
        close: () =>
          new Promise(closed => {
            server.close(() => {
              closed();
            });
          }),
      });
    });
  });
}

function shutDown(server: Server): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, CLOSE_MS);
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
  reply: (answer: Promise<Uint8Array>, callback: sendUnaryData<Buffer>) => void,
): void {
  const handle =
    method.kind === "unary"
      ? ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
          reply(method.answer(request), callback);
        }
      : (call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
          reply(method.answer(call as AsyncIterable<Buffer>), callback);
        };
  server.register(path, handle as UntypedHandleCall, asIs, asIs, method.kind);
}

interface GrpcFailure {
  readonly code: Status;
  readonly details: string;
  readonly metadata?: Metadata;
}

function isExpected(error: unknown): boolean {
  return error instanceof WireError || error instanceof SinkBusy || isAborted(error);
}

/** The sender went away in the middle of its stream. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** Bad bytes will not get better by being sent again; everything else may be kept the next time. */
function toFailure(error: unknown): GrpcFailure {
  const details = reasonOf(error);
  if (error instanceof WireError) return { code: Status.INVALID_ARGUMENT, details };
  if (!(error instanceof SinkBusy)) return { code: Status.UNAVAILABLE, details };
  const metadata = new Metadata();
  const facts = writeRetryInfo(Status.UNAVAILABLE, details, error.retryAfterMs);
  metadata.set("grpc-status-details-bin", Buffer.from(facts));
  return { code: Status.UNAVAILABLE, details, metadata };
}
