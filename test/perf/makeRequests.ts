/**
 * Makes OTLP protobuf requests like those of a shop of services under load: traces of about ten spans with some ten
 * attributes each, every service sending its own spans, so that a trace comes in pieces. The same seed gives the same
 * bytes. Writes protobuf by hand, because it must be faster than what it measures.
 */

export interface RequestOptions {
  readonly spans: number;
  readonly seed?: number;
  /** When the first trace starts; each later one 200 µs after. */
  readonly startUnixMs?: number;
}

export interface MadeRequest {
  readonly bytes: Buffer;
  readonly spans: number;
}

/** What a made span can be found by; `n` is the number of its trace from 0 on. */
export const made = {
  traceId: (seed: number, n: number): string => idText(seed, n, 0, 16),
  /** The root's is the first. */
  spanId: (seed: number, n: number, i: number): string => idText(seed, n, i + 1, 8),
  customer: (n: number): string => `c-${scramble(n) % 1_000_003}`,
  /** A word that one trace in 100,000 has. */
  rareWord: "kettleburst",
  isRare: (n: number): boolean => n % 100_000 === 77_777,
  commonWord: "checkout",
};

/** Traces that are sent together, so that a request has some 320 spans. */
const WINDOW = 256;
const SERVICES = ["gateway", "shop", "cart", "stock", "payments", "parcels", "mail", "search"];
const NS_PER_US = 1_000n;

interface Step {
  readonly service: number;
  readonly kind: number;
  readonly name: string;
  readonly parent: number;
  readonly shape: "http" | "db" | "internal" | "message";
}

const step = (
  service: number,
  kind: number,
  name: string,
  parent: number,
  shape: Step["shape"],
): Step => ({ service, kind, name, parent, shape });

/** Server 2, client 3, producer 4, consumer 5. */
const plans: readonly (readonly Step[])[] = [
  [
    step(0, 2, "POST /checkout", -1, "http"),
    step(1, 2, "POST /api/orders", 0, "http"),
    step(1, 3, "INSERT orders", 1, "db"),
    step(3, 2, "POST /api/reservations", 1, "http"),
    step(3, 3, "UPDATE stock", 3, "db"),
    step(4, 2, "POST /api/charges", 1, "http"),
    step(4, 3, "INSERT charges", 5, "db"),
    step(1, 4, "orders publish", 1, "message"),
    step(6, 5, "orders process", 7, "message"),
    step(6, 1, "render mail", 8, "internal"),
  ],
  [
    step(0, 2, "GET /products", -1, "http"),
    step(7, 2, "GET /api/search", 0, "http"),
    step(7, 1, "parse query", 1, "internal"),
    step(7, 3, "SELECT products", 1, "db"),
    step(7, 1, "rank", 1, "internal"),
    step(3, 2, "GET /api/stock", 1, "http"),
    step(3, 3, "SELECT stock", 5, "db"),
    step(0, 1, "render page", 0, "internal"),
  ],
  [
    step(0, 2, "PUT /cart", -1, "http"),
    step(2, 2, "PUT /api/cart", 0, "http"),
    step(2, 3, "SELECT carts", 1, "db"),
    step(2, 3, "UPDATE carts", 1, "db"),
    step(3, 2, "GET /api/stock", 1, "http"),
    step(3, 3, "SELECT stock", 4, "db"),
    step(5, 2, "GET /api/quotes", 1, "http"),
    step(5, 1, "weigh", 6, "internal"),
    step(5, 3, "SELECT tariffs", 6, "db"),
    step(2, 4, "carts publish", 1, "message"),
    step(7, 5, "carts process", 9, "message"),
    step(7, 3, "INSERT interests", 10, "db"),
  ],
];

const agents = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
  "okhttp/4.12.0",
];

export function* makeRequests(options: RequestOptions): Generator<MadeRequest> {
  const { spans, seed = 1, startUnixMs = Date.UTC(2026, 0) } = options;
  const outs = SERVICES.map(() => new Writer());
  const counts = SERVICES.map(() => 0);
  let total = 0;
  for (let n = 0; total < spans; n += 1) {
    const plan = plans[scramble(n + seed) % plans.length]!;
    const startNs = BigInt(startUnixMs) * 1_000_000n + BigInt(n) * 200n * NS_PER_US;
    plan.forEach((each, i) => {
      writeSpan(outs[each.service]!, seed, n, i, each, startNs);
      counts[each.service]! += 1;
    });
    total += plan.length;
    if (n % WINDOW !== WINDOW - 1 && total < spans) continue;
    for (const [service, out] of outs.entries()) {
      const count = counts[service]!;
      if (count === 0) continue;
      yield { bytes: wrap(service, out), spans: count };
      out.clear();
      counts[service] = 0;
    }
  }
}

function writeSpan(
  out: Writer,
  seed: number,
  n: number,
  i: number,
  { kind, name, parent, shape, service }: Step,
  startNs: bigint,
): void {
  const luck = scramble(n * 31 + i * 7 + seed);
  // Most take milliseconds, some seconds.
  const durationUs = 200 + (luck % 5_000) + (luck % 997 === 0 ? 2_000_000 + (luck % 3_000_000) : 0);
  const start = startNs + BigInt(i * 150) * NS_PER_US;
  const hasFailed = luck % 101 === 0;
  const span = out.open(0x12);
  out.id(0x0a, seed, n, 0, 16);
  out.id(0x12, seed, n, i + 1, 8);
  if (parent >= 0) out.id(0x22, seed, n, parent + 1, 8);
  out.text(0x2a, name);
  out.varint(0x30, kind);
  out.time(0x39, start);
  out.time(0x41, start + BigInt(durationUs) * NS_PER_US);
  switch (shape) {
    case "http": {
      const id = luck % 1_000_000;
      const [method = "", path = ""] = name.split(" ");
      out.attribute("http.request.method", method);
      out.attribute("http.route", path);
      out.attribute("url.path", `${path}/${id}`);
      out.attribute("url.scheme", "https");
      out.integer("http.response.status_code", hasFailed ? 503 : 200);
      out.attribute("server.address", `${SERVICES[service]}.internal`);
      out.integer("server.port", 8_080 + service);
      out.attribute("client.address", `10.${luck % 7}.${(luck >>> 3) % 250}.${luck % 250}`);
      out.attribute("user_agent.original", agents[luck % agents.length]!);
      out.attribute("network.protocol.version", "1.1");
      if (parent < 0) out.attribute("customer.id", made.customer(n));
      break;
    }
    case "db": {
      const [verb = "", table = ""] = name.split(" ");
      out.attribute("db.system.name", "postgresql");
      out.attribute("db.namespace", SERVICES[service]!);
      out.attribute("db.operation.name", verb);
      out.attribute("db.collection.name", table);
      out.attribute("db.query.text", `${verb} ${table} WHERE tenant = $1 AND id = $2 LIMIT 50`);
      out.attribute("server.address", `db-${luck % 4}.internal`);
      out.integer("server.port", 5_432);
      out.integer("db.response.returned_rows", luck % 50);
      out.integer("thread.id", luck % 64);
      out.attribute("thread.name", `pool-3-thread-${luck % 64}`);
      break;
    }
    case "message":
      out.attribute("messaging.system", "rabbitmq");
      out.attribute("messaging.destination.name", name.split(" ")[0]!);
      out.attribute("messaging.operation.type", kind === 4 ? "send" : "process");
      out.attribute("messaging.message.id", taskId(seed, n, i - (kind === 5 ? 1 : 0)));
      out.integer("messaging.message.body.size", 200 + (luck % 4_000));
      out.attribute("network.peer.address", "10.0.0.12");
      out.integer("network.peer.port", 5_672);
      out.attribute("messaging.client.id", `${SERVICES[service]}-${luck % 8}`);
      break;
    case "internal":
      out.attribute("code.function.name", `${SERVICES[service]}.tasks.${name.replace(" ", "_")}`);
      out.attribute("code.file.path", `/srv/${SERVICES[service]}/tasks.py`);
      out.integer("code.line.number", 10 + name.length * 7);
      out.attribute("feature.flag", ["control", "variant-a", "variant-b"][luck % 3]!);
      out.integer("items.count", luck % 30);
      out.integer("thread.id", luck % 64);
      out.attribute("cache.hit", luck % 3 === 0 ? "yes" : "no");
  }
  if (hasFailed || (i === 0 && made.isRare(n))) writeFailure(out, n, start, i === 0, name);
  out.close(span);
}

function writeFailure(out: Writer, n: number, start: bigint, isRoot: boolean, name: string): void {
  const what = isRoot && made.isRare(n) ? made.rareWord : "no answer within the deadline";
  const event = out.open(0x5a);
  out.time(0x09, start + 100n * NS_PER_US);
  out.text(0x12, "exception");
  out.attribute("exception.type", "TimeoutError", 0x1a);
  out.attribute("exception.message", what, 0x1a);
  const trace = [1, 2, 3, 4, 5, 6]
    .map(line => `  File "/srv/app/step${line}.py", line ${line * 13}, in call_${line}`)
    .join("\n");
  out.attribute("exception.stacktrace", `${trace}\nTimeoutError: ${what} (${name})`, 0x1a);
  out.close(event);
  const status = out.open(0x7a);
  out.text(0x12, what);
  out.varint(0x18, 2);
  out.close(status);
}

/** Spans become a request: their service's resource and a scope around them. */
function wrap(service: number, spans: Writer): Buffer {
  const head = new Writer();
  const resource = head.open(0x0a);
  head.attribute("service.name", SERVICES[service]!, 0x0a);
  head.attribute("service.version", "4.17.0", 0x0a);
  head.attribute("service.instance.id", `${SERVICES[service]}-7d9f8b-xk2p`, 0x0a);
  head.attribute("host.name", `node-${service % 3}`, 0x0a);
  head.integer("process.pid", 4_000 + service, 0x0a);
  head.attribute("telemetry.sdk.language", "python", 0x0a);
  head.attribute("telemetry.sdk.name", "opentelemetry", 0x0a);
  head.attribute("telemetry.sdk.version", "1.38.0", 0x0a);
  head.attribute("deployment.environment.name", "local", 0x0a);
  head.close(resource);
  const scope = new Writer();
  const named = scope.open(0x0a);
  scope.text(0x0a, "opentelemetry.instrumentation.shop");
  scope.text(0x12, "0.59b0");
  scope.close(named);
  const inner = [scope.bytes(), spans.bytes()];
  const scopeSpans = [frame(0x12, inner), ...inner];
  const group = [head.bytes(), ...scopeSpans];
  return Buffer.concat([frame(0x0a, group), ...group]);
}

function frame(tag: number, parts: readonly Buffer[]): Buffer {
  const bytes = [tag];
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  for (; length >= 0x80; length >>>= 7) bytes.push((length & 0x7f) | 0x80);
  return Buffer.from([...bytes, length]);
}

class Writer {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  clear(): void {
    this.#at = 0;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A message whose length is written when it is closed, in three bytes, which is long but right. */
  open(tag: number): number {
    this.#ensure(16);
    this.#bytes[this.#at++] = tag;
    this.#at += 3;
    return this.#at;
  }

  close(start: number): void {
    const length = this.#at - start;
    this.#bytes[start - 3] = (length & 0x7f) | 0x80;
    this.#bytes[start - 2] = ((length >>> 7) & 0x7f) | 0x80;
    this.#bytes[start - 1] = length >>> 14;
  }

  text(tag: number, text: string): void {
    this.#ensure(text.length * 3 + 8);
    this.#bytes[this.#at++] = tag;
    this.#text(text);
  }

  /** ASCII alone. */
  #text(text: string): void {
    this.#length(text.length);
    this.#at += this.#bytes.write(text, this.#at, "latin1");
  }

  #length(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  varint(tag: number, value: number): void {
    this.#ensure(8);
    this.#bytes[this.#at++] = tag;
    this.#length(value);
  }

  time(tag: number, time: bigint): void {
    this.#ensure(16);
    this.#bytes[this.#at++] = tag;
    this.#at = this.#bytes.writeBigUInt64LE(time, this.#at);
  }

  id(tag: number, seed: number, n: number, i: number, length: 8 | 16): void {
    this.#ensure(24);
    this.#bytes[this.#at++] = tag;
    this.#bytes[this.#at++] = length;
    this.#at = writeId(this.#bytes, this.#at, seed, n, i, length);
  }

  attribute(key: string, value: string, tag = 0x4a): void {
    const length = lengthOf(value.length) + value.length + 1;
    this.#attribute(tag, key, length);
    this.#bytes[this.#at++] = 0x0a;
    this.#text(value);
  }

  integer(key: string, value: number, tag = 0x4a): void {
    this.#attribute(tag, key, lengthOf(value) + 1);
    this.#bytes[this.#at++] = 0x18;
    this.#length(value);
  }

  #attribute(tag: number, key: string, valueLength: number): void {
    this.#ensure(key.length + valueLength + 32);
    this.#bytes[this.#at++] = tag;
    this.#length(key.length + lengthOf(key.length) + 1 + valueLength + lengthOf(valueLength) + 1);
    this.#bytes[this.#at++] = 0x0a;
    this.#text(key);
    this.#bytes[this.#at++] = 0x12;
    this.#length(valueLength);
  }

  #ensure(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(this.#bytes.length * 2 + length);
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
  }
}

function lengthOf(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}

function writeId(bytes: Buffer, at: number, seed: number, n: number, i: number, length: number) {
  let next = at;
  for (let part = 0; part < length; part += 4) {
    next = bytes.writeUInt32LE(scramble(scramble(n + part * 977) + i * 131 + seed), next);
  }
  return next;
}

function idText(seed: number, n: number, i: number, length: number): string {
  const bytes = Buffer.alloc(length);
  writeId(bytes, 0, seed, n, i, length);
  return bytes.toString("hex");
}

function taskId(seed: number, n: number, i: number): string {
  const digits = idText(seed, n, i + 100, 16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** Murmur's last steps: looks like chance, and is the same everywhere. */
function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
