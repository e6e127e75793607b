# ruby sinatra.rb ../recordings/sinatra_tea.json
require "sinatra/base"
require "rack/mock"
require_relative "recorder"

Recorder.folder = "#{__dir__}/sinatra_tea/"
require_relative "sinatra_tea/app"

asked = ["GET /", "GET /teas", "GET /teas/green", "POST /teas", "DELETE /teas/green", "GET /teas/green/brew", "GET /files/a/b.txt", "GET /shops", "GET /shops/4/stock", "PUT /shops/4"]
asked.each do |each|
  verb, path = each.split
  span = Recorder.start("HTTP #{verb}", "server", { "http.method" => verb, "http.target" => path })
  app = path.start_with?("/shops") ? Rack::URLMap.new("/shops" => Tea::Shops.new) : Tea::App.new
  environment = Rack::MockRequest.env_for(path, method: verb)
  status, = app.call(environment)
  route = "#{environment["SCRIPT_NAME"]}#{environment["sinatra.route"].to_s.split(" ", 2).last}"
  span.name = "#{verb} #{route}"
  span.attributes["http.route"] = route
  puts "ANSWER #{each} #{status}" if status >= 400
  Recorder.finish
end
Recorder.write(ARGV.fetch(0))
