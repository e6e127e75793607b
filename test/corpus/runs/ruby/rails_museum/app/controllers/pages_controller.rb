class PagesController < ActionController::API
  def hours
    here
    render plain: "9 to 5"
  end
end
