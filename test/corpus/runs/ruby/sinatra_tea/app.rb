require "sinatra/base"
require_relative "lib/kettle"
require_relative "lib/shops"

module Tea
  class App < Sinatra::Base
    set :environment, :production
    set :show_exceptions, false

    get "/" do
      here
      "tea"
    end

    get "/teas" do
      here
      Tracer.in_span("list teas") { "green, black" }
    end

    get "/teas/:name" do
      here
      Kettle.new.describe(params[:name])
    end

    post("/teas") do
      here
      Kettle.new.fill
    end

    delete "/teas/:name" do |name|
      here
      name
    end

    get "/teas/:name/brew" do
      here
      Kettle.new.brew(params["name"])
    end

    get "/files/*" do
      here
      "file"
    end
  end
end
