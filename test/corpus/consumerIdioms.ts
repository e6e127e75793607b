/** Programs that take messages and run jobs. */

import { SpanKind } from "../../src/model/span.ts";
import type { Idiom } from "./idiom.ts";

const consumer = SpanKind.consumer;
const server = SpanKind.server;

function queue(title: string, path: string, text: string, name: string): Idiom {
  return {
    title,
    files: { [path]: text },
    name: `${name} process`,
    kind: consumer,
    attributes: { "messaging.system": "x", "messaging.destination.name": name },
  };
}

export const consumerIdioms: readonly Idiom[] = [
  queue(
    "Spring Kafka",
    "A.java",
    'class A {\n  @KafkaListener(topics = "boxes", groupId = "x")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Spring Kafka, constant",
    "A.java",
    'class A {\n  static final String TOPIC = "boxes";\n\n  @KafkaListener(topics = TOPIC)\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Spring AMQP",
    "A.java",
    'class A {\n  @RabbitListener(queues = "boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "JMS",
    "A.java",
    'class A {\n  @JmsListener(destination = "boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "SQS",
    "A.java",
    'class A {\n  @SqsListener("boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "MicroProfile",
    "A.java",
    'class A {\n  @Incoming("boxes")\n▶  void pack(String box) {}\n}\n',
    "boxes",
  ),
  queue(
    "confluent-kafka",
    "a.py",
    'consumer = Consumer(conf)\n▶consumer.subscribe(["boxes"])\n',
    "boxes",
  ),
  queue(
    "kafka-python",
    "a.py",
    '▶consumer = KafkaConsumer("boxes", bootstrap_servers=servers)\n',
    "boxes",
  ),
  queue(
    "pika",
    "a.py",
    '▶def pack(ch, method, properties, body): ...\n\nchannel.basic_consume(queue="boxes", on_message_callback=pack)\n',
    "boxes",
  ),
  queue(
    "FastStream",
    "a.py",
    '@broker.subscriber("boxes")\n▶async def pack(message): ...\n',
    "boxes",
  ),
  queue("dramatiq", "a.py", '@dramatiq.actor(queue_name="boxes")\n▶def pack(box): ...\n', "boxes"),
  queue("RQ", "a.py", '@job("boxes")\n▶def pack(box): ...\n', "boxes"),
  queue(
    "KafkaJS",
    "a.js",
    "▶await consumer.subscribe({ topic: 'boxes', fromBeginning: true });\n",
    "boxes",
  ),
  queue("amqplib", "a.js", "▶channel.consume('boxes', message => {});\n", "boxes"),
  queue(
    "amqplib, named handler",
    "a.js",
    "▶function pack(message) {}\nchannel.consume('boxes', pack);\n",
    "boxes",
  ),
  queue("BullMQ", "a.ts", "▶const worker = new Worker('boxes', async job => {});\n", "boxes"),
  queue(
    "BullMQ, named processor",
    "a.ts",
    "▶async function pack(job: Job) {}\nnew Worker('boxes', pack, { connection });\n",
    "boxes",
  ),
  queue(
    "Bull",
    "a.js",
    "const boxes = new Queue('boxes');\n▶boxes.process(async job => {});\n",
    "boxes",
  ),
  queue(
    "Nest Bull",
    "a.ts",
    "@Processor('boxes')\nexport class BoxProcessor extends WorkerHost {\n▶  async process(job: Job) {}\n}\n",
    "boxes",
  ),
  queue(
    "Nest microservice",
    "a.ts",
    "@Controller()\nclass A {\n  @EventPattern('boxes')\n▶  async pack(data: Box) {}\n}\n",
    "boxes",
  ),
  queue(
    "Nest message",
    "a.ts",
    "class A {\n  @MessagePattern({ cmd: 'boxes' })\n▶  async pack(data: Box) {}\n}\n",
    "boxes",
  ),
  queue(
    "NATS, Go",
    "a.go",
    'package a\n\n▶func pack(m *nats.Msg) {}\n\nfunc Init() {\n\tnc.Subscribe("boxes", pack)\n}\n',
    "boxes",
  ),
  queue(
    "asynq",
    "a.go",
    'package a\n\nconst TypePack = "box:pack"\n\n▶func HandlePack(ctx context.Context, t *asynq.Task) error { return nil }\n\nfunc Init() {\n\tmux.HandleFunc(TypePack, HandlePack)\n}\n',
    "box:pack",
  ),
  queue(
    "kafka-go",
    "a.go",
    'package a\n\nfunc Init() {\n\tr := kafka.NewReader(kafka.ReaderConfig{\n▶\t\tTopic: "boxes",\n\t})\n}\n',
    "boxes",
  ),
  queue(
    "amqp, Go",
    "a.go",
    'package a\n\nfunc Init() {\n▶\tmsgs, err := ch.Consume("boxes", "", true, false, false, false, nil)\n}\n',
    "boxes",
  ),
  queue(
    "Confluent .NET",
    "A.cs",
    'class A {\n  void Run() {\n▶    consumer.Subscribe("boxes");\n  }\n}\n',
    "boxes",
  ),
  queue(
    "Azure Functions",
    "A.cs",
    'class A {\n  [Function("Pack")]\n▶  public void Run([ServiceBusTrigger("boxes")] string box) {}\n}\n',
    "boxes",
  ),
  queue(
    "Ruby Bunny",
    "a.rb",
    "def run\n  queue = channel.queue('boxes')\n▶  queue.subscribe { |info, props, body| }\nend\n",
    "boxes",
  ),
  queue(
    "lapin",
    "a.rs",
    'fn run() {\n▶    let consumer = channel.basic_consume("boxes", "x", options, table);\n}\n',
    "boxes",
  ),
  queue("rdkafka", "a.rs", 'fn run() {\n▶    consumer.subscribe(&["boxes"]);\n}\n', "boxes"),
  {
    title: "Celery",
    files: { "shop/tasks.py": "@shared_task\n▶def pack(box): ...\n" },
    name: "run/shop.tasks.pack",
    kind: consumer,
    attributes: { "celery.task_name": "shop.tasks.pack", "messaging.destination": "celery" },
  },
  {
    title: "Celery, named",
    files: { "a.py": '@app.task(name="boxes.pack", bind=True)\n▶def pack_box(self, box): ...\n' },
    name: "run/boxes.pack",
    kind: consumer,
    attributes: { "celery.task_name": "boxes.pack" },
  },
  {
    title: "Celery, class",
    files: {
      "shop/tasks.py":
        'class Pack(Task):\n    name = "boxes.pack"\n\n▶    def run(self, box): ...\n',
    },
    name: "run/boxes.pack",
    kind: consumer,
    attributes: { "celery.task_name": "boxes.pack" },
  },
  {
    title: "huey",
    files: { "a.py": "@huey.task()\n▶def pack(box): ...\n" },
    name: "pack",
    kind: consumer,
  },
  {
    title: "arq",
    files: {
      "a.py": "▶async def pack(ctx, box): ...\n\nclass WorkerSettings:\n    functions = [pack]\n",
    },
    name: "pack",
    kind: consumer,
  },
  {
    title: "Sidekiq",
    files: { "a.rb": "class PackJob\n  include Sidekiq::Job\n\n▶  def perform(box)\n  end\nend\n" },
    name: "PackJob process",
    kind: consumer,
    attributes: {
      "messaging.system": "sidekiq",
      "messaging.sidekiq.job_class": "PackJob",
      "messaging.destination": "default",
    },
  },
  {
    title: "Active Job",
    files: { "a.rb": "class PackJob < ApplicationJob\n▶  def perform(box)\n  end\nend\n" },
    name: "PackJob process",
    kind: consumer,
    attributes: { "messaging.destination": "default", "code.namespace": "PackJob" },
  },
  {
    title: "Laravel job",
    files: {
      "a.php":
        "<?php\nnamespace App\\Jobs;\nclass PackBox implements ShouldQueue {\n▶    public function handle() {}\n}\n",
    },
    name: "App\\Jobs\\PackBox process",
    kind: consumer,
    attributes: { "messaging.system": "database" },
  },
  {
    title: "Hangfire",
    files: { "A.cs": "public class BoxJobs {\n▶  public void Pack(int id) {}\n}\n" },
    name: "JOB BoxJobs.Pack",
    kind: SpanKind.internal,
    attributes: { "job.id": "1" },
  },
  {
    title: "Quartz",
    files: {
      "A.cs":
        "public class PackJob : IJob {\n▶  public Task Execute(IJobExecutionContext c) => null;\n}\n",
    },
    name: "execute PackJob",
    kind: SpanKind.internal,
  },
  {
    title: "MassTransit",
    files: {
      "A.cs":
        "public class PackConsumer : IConsumer<PackBox> {\n▶  public Task Consume(ConsumeContext<PackBox> c) => null;\n}\n",
    },
    name: "PackConsumer process",
    kind: consumer,
    attributes: { "messaging.system": "rabbitmq" },
  },
  {
    title: "Temporal",
    files: {
      "a.go": "package a\n\n▶func PackBox(ctx context.Context, box string) error { return nil }\n",
    },
    name: "RunActivity:PackBox",
    kind: SpanKind.internal,
  },
  {
    title: "AWS Lambda",
    files: { "a.py": "▶def handler(event, context): ...\n" },
    name: "a.handler",
    kind: server,
    attributes: { "faas.trigger": "pubsub" },
  },
  {
    title: "GraphQL resolver",
    files: {
      "a.ts": "@Resolver()\nclass BoxResolver {\n  @Query(() => [Box])\n▶  async boxes() {}\n}\n",
    },
    name: "graphql.resolve boxes",
    kind: SpanKind.internal,
    attributes: { "graphql.field.name": "boxes" },
  },
  {
    title: "Spring Scheduled",
    files: { "A.java": "class A {\n  @Scheduled(fixedRate = 1000)\n▶  void packAll() {}\n}\n" },
    name: "A.packAll",
    kind: SpanKind.internal,
    attributes: { "code.namespace": "shop.A", "code.function": "packAll" },
  },
];
