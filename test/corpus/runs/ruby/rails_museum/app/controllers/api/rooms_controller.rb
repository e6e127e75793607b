module Api
  class RoomsController < ActionController::API
    def index
      here
      head :ok
    end

    def show
      here
      head :ok
    end
  end
end
