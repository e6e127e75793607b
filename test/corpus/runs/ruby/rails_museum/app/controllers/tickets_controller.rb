class TicketsController < ActionController::API
  def show
    here
    head :ok
  end

  def update
    here
    head :ok
  end
end
