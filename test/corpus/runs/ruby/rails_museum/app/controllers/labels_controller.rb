class LabelsController < ActionController::API
  def index
    here
    head :ok
  end

  def show
    here
    head :ok
  end
end
