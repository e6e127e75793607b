module Tea
  class Shops < Sinatra::Base
    set :environment, :production

    get "/?" do
      here
      "shops"
    end

    get "/:id/stock" do
      here
      "stock"
    end

    put %r{/(\d+)} do
      here
      "moved"
    end
  end
end
