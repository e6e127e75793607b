# Records the spans of a program that really runs, named as OpenTelemetry's instrumentation of the framework names them,
# which is a gem that distributions do not package. Each span has the innermost line of the program that started it; a
# server's span the method that calls here in its first line.

require "json"

module Recorder
  Span = Struct.new(:name, :kind, :attributes, :at)
  OPEN = []
  ROWS = {}

  class << self
    attr_accessor :folder

    def lines
      caller_locations.filter_map { |each| [each.absolute_path.delete_prefix(folder), each.lineno] if each.absolute_path&.start_with?(folder) }
    end

    def start(name, kind = "internal", attributes = {})
      path, line = kind == "server" || kind == "consumer" ? nil : lines.first
      OPEN.push(Span.new(name, kind, attributes, path && "#{path}:#{line}")).last
    end

    def finish
      span = OPEN.pop
      ROWS[span.at + span.name] = span.to_h.to_json if span.at
    end

    def write(target)
      framework = File.basename(target, ".json")
      rows = ROWS.sort.map(&:last)
      File.write(target, "{\"framework\":\"#{framework}\",\"spans\":[\n#{rows.join(",\n")}\n]}\n")
      puts "#{framework}: #{rows.size} spans"
    end
  end
end

module Tracer
  def self.in_span(name, attributes: {}, kind: "internal")
    Recorder.start(name, kind.to_s, attributes)
    yield
  ensure
    Recorder.finish
  end
end

def here
  path, line = Recorder.lines.first
  Recorder::OPEN.reverse_each do |span|
    span.at = "#{path}:#{line - 1}"
    break if %w[server consumer].include?(span.kind) || span.attributes.empty?
  end
end
