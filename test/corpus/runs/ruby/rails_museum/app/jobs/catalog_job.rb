class CatalogJob < ActiveJob::Base
  queue_as :catalog

  def perform(name)
    here
    Tracer.in_span("print catalog page") { name }
  end
end
