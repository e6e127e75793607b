class ArchiveJob < ActiveJob::Base
  queue_as "archive"

  def perform(id)
    here
    id
  end
end
