class ExhibitsController < ActionController::API
  def index
    here
    render plain: Exhibit.all_names
  end

  def show
    here
    Tracer.in_span("light exhibit #{params[:id]}") { head :ok }
  end

  def create
    here
    CatalogJob.perform_later("vase")
    head :created
  end

  def update
    here
    Exhibit.clean(params[:id])
    head :ok
  end

  def destroy
    here
    ArchiveJob.set(priority: 1).perform_later(params[:id])
    head :ok
  end

  def loan
    here
    head :ok
  end
end
