# ruby rails.rb ../recordings/rails_museum.json
ENV["RAILS_ENV"] = "production"
require "logger"
require "rails"
require "action_controller/railtie"
require "active_job/railtie"
require_relative "recorder"

Recorder.folder = "#{__dir__}/rails_museum/"

class Museum < Rails::Application
  config.root = Recorder.folder
  config.eager_load = true
  config.secret_key_base = "x" * 40
  config.hosts.clear
  config.logger = Logger.new(IO::NULL)
  config.active_job.queue_adapter = :inline
  config.paths["config/routes.rb"] = "config/routes.rb"
end

module ServerSpans
  def process_action(*)
    span = Recorder::OPEN.last
    span.name = "#{self.class.name}##{action_name}"
    span.attributes.update("code.namespace" => self.class.name, "code.function" => action_name, "http.route" => route_of(request))
    super
  end

  def route_of(request)
    Rails.application.routes.router.recognize(request) { |route, _| return route.path.spec.to_s }
  end
end

module JobSpans
  def perform_now
    Recorder.start("#{queue_name} process", "consumer", { "messaging.system" => "active_job_inline", "messaging.destination" => queue_name,
      "messaging.active_job.job_class" => self.class.name, "code.namespace" => self.class.name })
    super
  ensure
    Recorder.finish
  end

  def enqueue(*)
    Recorder.start("#{queue_name} publish", "producer", { "messaging.system" => "active_job_inline", "messaging.destination" => queue_name,
      "messaging.active_job.job_class" => self.class.name, "code.namespace" => self.class.name })
    super
  ensure
    Recorder.finish
  end
end

Museum.initialize!
ActionController::API.prepend(ServerSpans)
ActiveJob::Base.prepend(JobSpans)
["GET /exhibits", "GET /exhibits/3", "POST /exhibits", "PATCH /exhibits/3", "DELETE /exhibits/3", "POST /exhibits/3/loan", "GET /exhibits/3/labels",
 "GET /exhibits/3/labels/9", "GET /api/v1/rooms", "GET /api/v1/rooms/2", "GET /opening-hours", "GET /ticket", "PUT /ticket"].each do |each|
  verb, path = each.split
  Recorder.start("HTTP #{verb}", "server", { "http.method" => verb, "http.target" => path })
  status, = Museum.call(Rack::MockRequest.env_for(path, method: verb))
  puts "ANSWER #{each} #{status}" if status >= 400
  Recorder.finish
end
Recorder.write(ARGV.fetch(0))
