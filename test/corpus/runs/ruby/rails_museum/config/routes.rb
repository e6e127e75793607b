Rails.application.routes.draw do
  resources :exhibits, except: [:new, :edit] do
    member do
      post :loan
    end
    resources :labels, only: %i[index show]
  end
  namespace :api do
    scope "v1" do
      resources :rooms, only: [:index, :show]
    end
  end
  get "opening-hours", to: "pages#hours"
  resource :ticket, only: [:show, :update]
end
