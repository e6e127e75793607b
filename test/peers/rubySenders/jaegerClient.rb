# Spans sent by Jaeger's client for Ruby, compact over UDP or binary over HTTP. What was made is printed as JSON, from
# the client's own spans.
#
#     ruby jaegerClient.rb udp 127.0.0.1 6831
#     ruby jaegerClient.rb http http://localhost:14268/api/traces

require "json"
require "jaeger/client"

kind, *address = ARGV
logger = Logger.new($stderr)
encoder = Jaeger::Encoders::ThriftEncoder.new(service_name: "ruby-svc", tags: { "zone" => "b" }, logger: logger)
sender =
  if kind == "udp"
    Jaeger::UdpSender.new(host: address[0], port: address[1].to_i, encoder: encoder, logger: logger)
  else
    Jaeger::HttpSender.new(url: address[0], encoder: encoder, logger: logger)
  end
reporter = Jaeger::Reporters::RemoteReporter.new(sender: sender, flush_interval: 60)
tracer = Jaeger::Client.build(service_name: "ruby-svc", reporter: reporter)

root = tracer.start_span(
  "GET /ruby",
  tags: { "span.kind" => "server", "count" => 3, "big" => 2**40, "ratio" => 0.25, "flag" => true, "text" => "日本語" }
)
child = tracer.start_span("child op", child_of: root, tags: { "span.kind" => "client", "error" => true })
child.log_kv(event: "error", message: "boom", "attempt" => 2)
child.finish
root.finish
# The reporter's own thread looks once at its start and then a minute later: both sends are here, in turn.
sleep 0.1
reporter.flush

micros = ->(time) { (time.to_f * 1_000_000).to_i }
describe = lambda do |span|
  {
    traceId: span.context.to_trace_id,
    spanId: span.context.to_span_id,
    name: span.operation_name,
    startUs: micros.call(span.start_time),
    durationUs: ((span.end_time - span.start_time) * 1_000_000).to_i,
    tags: span.tags.map { |tag| [tag.key, tag.vStr || tag.vLong || tag.vDouble || tag.vBool] },
  }
end
puts JSON.generate(spans: [child, root].map(&describe))
