/**
 * A gRPC server on loopback, or where else it is exposed, whose methods take and give bytes. Knows gRPC and its failures, and no
 * message of anyone's.
 *
 * The rule that `Host` must be loopback is for browsers, which cannot speak gRPC: here `:authority` is whatever name a
 * container has for this machine, and all of them are welcome.
 */

import { createServer, isIPv6, type AddressInfo, type Socket } from "node:net";
import { Metadata, Server, ServerCredentials, status as Status } from "@grpc/grpc-js";
import type {
  sendUnaryData,
  ServerReadableStream,
  ServerUnaryCall,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { reasonOf } from "../../model/failure.ts";
import { WireError } from "../../formats/encodings/protoReader.ts";
import { bindAddresses, type Binding } from "../bindAddresses.ts";
import type { IngestTarget } from "../ingestTarget.ts";
import { WrongToken, type ExposedAt } from "../exposure.ts";
import {
  loopbackAddresses,
  type MutableCounters,
  type Receiver,
  type ReceiverCounters,
} from "../receiver.ts";
import { ConnectionLimit } from "../connectionLimit.ts";
import { BodyTooLarge, ReceiveBudget, ReceiverBusy } from "../receiveBudget.ts";
import { createCallGuard, MessageReservations, type GrpcFailure } from "./callGuard.ts";
import { SinkBusy } from "../../model/spanSink.ts";
import { writeRetryInfo } from "./grpcMessages.ts";

/** By its path: `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>;

/** Whatever is thrown becomes the call's status. */
export type GrpcMethod =
  | { readonly kind: "unary"; readonly answer: (request: Buffer) => Promise<Uint8Array> }
  | {
      readonly kind: "clientStream";
      /** Who takes a message releases it when it is no longer held. */
      readonly answer: (
        requests: AsyncIterable<Buffer>,
        release: (message: Buffer) => void,
      ) => Promise<Uint8Array>;
    };

/** The number of calls that one connection may have going on at once: each may hold a message. */
const MAX_CALLS = 100;
/** From the connection on, until the client has said that it speaks HTTP/2. */
const HANDSHAKE_MS = 10_000;
const PREFACE_BYTES = 24;
/** Exporters send every five seconds, some every minute. */
const MESSAGE_MS = 60_000;
const IDLE_MS = 120_000;
const defaultTimeouts: GrpcTimeouts = {
  handshakeMs: HANDSHAKE_MS,
  messageMs: MESSAGE_MS,
  idleMs: IDLE_MS,
};
/** Memory of one connection, for its headers and streams. */
const MAX_SESSION_MEGABYTES = 32;
/** For what is being kept when the receiver is closed. */
const CLOSE_MS = 2_000;

/** The options that the gRPC receivers are opened with. */
export interface GrpcReceiverOptions {
  /** By which its owner knows it. */
  readonly name: string;
  /** 0: any that is free on both addresses. */
  readonly port: number;
  /** Instead of loopback. */
  readonly exposedAt?: ExposedAt;
  readonly target: IngestTarget;
  /** Reports an error that should not have happened; the sender may try again. */
  readonly onBug?: (error: unknown) => void;
  /** That all receivers share. */
  readonly budget?: ReceiveBudget;
  readonly maxConnections?: number;
  readonly timeouts?: Partial<GrpcTimeouts>;
}

/** Against senders that hold a connection or a call without using it, by mistake or not. */
export interface GrpcTimeouts {
  readonly handshakeMs: number;
  /** For each message of a call. */
  readonly messageMs: number;
  /** For a connection without a call. */
  readonly idleMs: number;
}

/** Rejects with a `BindError` where the port cannot be had. */
export async function openGrpcServer(
  options: Omit<GrpcReceiverOptions, "target">,
  methods: GrpcMethods,
  counters: MutableCounters,
): Promise<Receiver> {
  const budget = options.budget ?? new ReceiveBudget();
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const connections = new ConnectionLimit(options.maxConnections);
  const reservations = new MessageReservations();
  const onFailure = (error: unknown): GrpcFailure => {
    const failure = toFailure(error);
    counters.lastReason = failure.details;
    if (!isExpected(error)) options.onBug?.(error);
    return failure;
  };
  const guard = createCallGuard(
    {
      ...{ budget, connections, messageTimeoutMs: timeouts.messageMs, toStatus: onFailure },
      ...(options.exposedAt && { token: options.exposedAt.token }),
    },
    reservations,
  );
  const server = new Server({
    "grpc.max_receive_message_length": budget.limits.maxBodyBytes,
    "grpc.max_concurrent_streams": MAX_CALLS,
    "grpc.max_connection_idle_ms": timeouts.idleMs,
    "grpc-node.max_session_memory": MAX_SESSION_MEGABYTES,
    "grpc.enable_channelz": 0,
    interceptors: [guard],
  });
  for (const [path, method] of Object.entries(methods)) {
    register(server, path, method, reservations, (answer, callback) => {
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
    connections.add(socket);
    sockets.add(socket);
    const handshake = setTimeout(() => {
      if (socket.bytesRead < PREFACE_BYTES) socket.destroy();
    }, timeouts.handshakeMs);
    socket.on("close", () => {
      clearTimeout(handshake);
      sockets.delete(socket);
      bytesOfClosed += socket.bytesRead;
    });
    // A sender that goes away in the middle; what it had sent whole is kept.
    socket.on("error", () => undefined);
    injector.injectConnection(socket);
  };
  const addresses = options.exposedAt?.addresses ?? loopbackAddresses;
  const bindings = await bindAddresses(addresses, options.port, (address, port) =>
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
    server.on("error", reject);
    server.listen({ host: address, port, ipv6Only: isIPv6(address) }, () => {
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
  reservations: MessageReservations,
  reply: (answer: Promise<Uint8Array>, callback: sendUnaryData<Buffer>) => void,
): void {
  const handle =
    method.kind === "unary"
      ? ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
          const answer = method.answer(request);
          reply(
            answer.finally(() => reservations.release(request)),
            callback,
          );
        }
      : (call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
          const release = (message: Buffer): void => reservations.release(message);
          reply(method.answer(call as AsyncIterable<Buffer>, release), callback);
        };
  server.register(path, handle as UntypedHandleCall, asIs, asIs, method.kind);
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof WireError ||
    error instanceof BodyTooLarge ||
    error instanceof SinkBusy ||
    error instanceof ReceiverBusy ||
    error instanceof WrongToken ||
    isAborted(error)
  );
}

/** The sender went away in the middle of its stream. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** Bad bytes will not get better by being sent again; everything else may be kept the next time. */
function toFailure(error: unknown): GrpcFailure {
  const details = reasonOf(error);
  if (error instanceof WireError) return { code: Status.INVALID_ARGUMENT, details };
  if (error instanceof WrongToken) return { code: Status.UNAUTHENTICATED, details };
  if (error instanceof BodyTooLarge) return { code: Status.RESOURCE_EXHAUSTED, details };
  const isBusy = error instanceof SinkBusy || error instanceof ReceiverBusy;
  if (!isBusy) return { code: Status.UNAVAILABLE, details };
  const metadata = new Metadata();
  const facts = writeRetryInfo(Status.UNAVAILABLE, details, error.retryAfterMs);
  metadata.set("grpc-status-details-bin", Buffer.from(facts));
  return { code: Status.UNAVAILABLE, details, metadata };
}
